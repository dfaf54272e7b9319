import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from 'node-sarif-builder';
import type { Region } from 'sarif';
import type { CampaignFinding, CampaignReport } from '../campaign/campaign_types';
import { INVARIANTS } from '../invariants/registry';
import { callLines } from '../program/call_lines';
import { fileOf, reproduce } from './campaign_report/campaign_finding_html';

/** Rules that are no invariants: first words of a target's signatures, and the end of a worker. */
const OTHER_RULES: Readonly<Record<string, string>> = {
  divergence: 'the model and the target show the same state after every command',
  splat: 'the kernel does not warn about a legal program',
  worker: 'a worker ends only when its range is done',
  death: 'the target survives every legal program',
};

export interface Rule {
  readonly id: string;
  readonly statement: string;
}

/** The rule that a finding breaks: its invariant, or its kind. */
export function ruleOf({ invariant, cause, signature }: CampaignFinding): Rule {
  const known = INVARIANTS.find(({ name }) => name === invariant);
  if (known !== undefined) return { id: known.name, statement: known.statement };
  const word = signature.split(' ')[0];
  const id = invariant ?? (cause === 'worker' ? 'worker' : word === 'divergence' || word === 'splat' ? word : 'death');
  return { id, statement: OTHER_RULES[id] ?? id };
}

/** The part of the log that says where its files are. */
export interface SarifPlaces {
  /** The campaign's directory, as the user typed it. */
  readonly directory: string;
  /** The folder that file URIs are relative to, as a URI with a slash at its end: the root of the checkout. */
  readonly root: string;
  /** The campaign's directory, relative to `root`, with a slash at its end; empty for `root` itself. */
  readonly prefix: string;
}

/** The name of the root of a checkout, as GitHub and others have it. */
const ROOT = '%SRCROOT%';

/**
 * The findings of a campaign as a SARIF 2.1.0 log.
 *
 * @param guiltyLines - by id of the finding: the number of the guilty line, from 1, in its program's file
 */
export function sarifText(
  report: CampaignReport,
  guiltyLines: ReadonlyMap<string, number>,
  places: SarifPlaces,
): string {
  const run = new SarifRunBuilder().initSimple({ toolDriverName: 'skbcheck', toolDriverVersion: report.version });
  run.run.originalUriBaseIds = { [ROOT]: { uri: places.root } };
  const rules = new Map(report.findings.map(ruleOf).map((rule) => [rule.id, rule]));
  for (const { id, statement } of rules.values()) {
    const rule = new SarifRuleBuilder().initSimple({ ruleId: id, shortDescriptionText: statement });
    rule.rule.help = { text: statement };
    run.addRule(rule);
  }
  for (const finding of report.findings) run.addResult(resultOf(finding, guiltyLines.get(finding.id), places));
  const builder = new SarifBuilder();
  builder.addRun(run);
  const log = builder.buildSarifOutput();
  for (const { artifacts } of log.runs)
    for (const { location } of artifacts ?? []) if (location !== undefined) location.uriBaseId = ROOT;
  // The builder's own text output refuses messages that contain one of its placeholders.
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(finding: CampaignFinding, line: number | undefined, places: SarifPlaces): SarifResultBuilder {
  const { id, state, sentence, lane, why } = finding;
  const { directory, prefix } = places;
  const result = new SarifResultBuilder().initSimple({
    level: state === 'known' ? 'note' : state === 'flaky' ? 'warning' : 'error',
    messageText: `${sentence}\n${lane.id}\nreproduce: ${reproduce(finding, directory)}`,
    ruleId: ruleOf(finding).id,
  });
  result.setLocationArtifactUri({ uri: `${prefix}${fileOf(finding)}`, uriBaseId: ROOT });
  result.setLocationRegion(regionOf(finding, line));
  result.result.partialFingerprints = { 'skbcheckFinding/v1': id };
  result.result.properties = { lane: lane.id, state, reports: finding.reports };
  if (state === 'known')
    result.result.suppressions = [{ kind: 'external', justification: why ?? 'on the list of known findings' }];
  return result;
}

/**
 * The place of a finding in its program. A finding that shows only when the program is settled has no line of its own:
 * it stands at the last call, behind which the program is settled.
 */
function regionOf({ reduced, program }: CampaignFinding, line: number | undefined): Region {
  const text = reduced ?? program;
  const at = line ?? callLines(text).at(-1) ?? 1;
  const words = text.split(/\r?\n/)[at - 1] ?? '';
  // Columns count from 1, and the last one is behind the last character.
  const startColumn = words.length - words.trimStart().length + 1;
  const endColumn = Math.max(startColumn, words.trimEnd().length) + 1;
  return { startLine: at, startColumn, endLine: at, endColumn };
}
