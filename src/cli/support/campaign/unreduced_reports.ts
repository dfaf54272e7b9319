import type { CampaignFinding, CampaignReport } from '../../../campaign/campaign_types';
import { parseProgram } from '../../../program/parse';
import { reproduce } from '../../../report/campaign_report/campaign_finding_html';
import { findingText } from '../../../report/finding_text';
import { findMutant } from '../../../rules/mutants';
import { findProfile } from '../../../rules/profiles';
import { runOnModel } from '../../../session/run_model';
import { Session } from '../../../session/session';
import { signatureOf } from '../../../session/verdict';
import { describeFinding } from '../../../library/describe_finding';
import { sessionOptions } from '../../../session/session_options';

/** By id of the finding: the report of its program as it was found, where it is not reduced and the model shows it. */
export function unreducedReports({ findings }: CampaignReport, directory: string): Map<string, string> {
  const reports = new Map<string, string>();
  for (const finding of findings) {
    if (finding.cause !== 'program' || finding.report !== undefined) continue;
    const text = reportOf(finding, directory);
    if (text !== undefined) reports.set(finding.id, text);
  }
  return reports;
}

/** Undefined when the model does not show the finding: a kernel did, or a later version of skbcheck runs it. */
function reportOf(finding: CampaignFinding, directory: string): string | undefined {
  const { lane, program: text, id, signature } = finding;
  const profile = findProfile(lane.profile);
  const mutant = lane.mutant === undefined ? undefined : findMutant(lane.mutant);
  if (profile === undefined || (lane.mutant !== undefined && mutant === undefined)) return undefined;
  try {
    const session = new Session(sessionOptions(profile, mutant, profile.abi, false));
    const program = parseProgram(text, id);
    const { verdict } = runOnModel(session, program);
    if (signatureOf(verdict) !== signature) return undefined;
    const { target } = lane;
    const facts = { program, verdict, target, mutant: mutant?.id, commandsBefore: program.calls.length, file: null };
    return `${findingText(describeFinding(session, facts), false)}\nreproduce: ${reproduce(finding, directory)}\n`;
  } catch {
    // One program that cannot be run must not prevent the report.
    return undefined;
  }
}
