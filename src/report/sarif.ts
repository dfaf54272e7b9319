import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from 'node-sarif-builder';
import type { CampaignFinding, CampaignReport } from '../campaign/campaign_types';
import { INVARIANTS } from '../invariants/registry';
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

/**
 * The findings of a campaign as a SARIF 2.1.0 log. Its file URIs are relative to the campaign's directory.
 *
 * @param guiltyLines - by id of the finding: the number of the guilty line, from 1, in its program's file
 */
export function sarifText(report: CampaignReport, guiltyLines: ReadonlyMap<string, number>, directory: string): string {
  const run = new SarifRunBuilder().initSimple({ toolDriverName: 'skbcheck', toolDriverVersion: report.version });
  const rules = new Map(report.findings.map(ruleOf).map((rule) => [rule.id, rule]));
  for (const { id, statement } of rules.values()) {
    const rule = new SarifRuleBuilder().initSimple({ ruleId: id, shortDescriptionText: statement });
    rule.rule.help = { text: statement };
    run.addRule(rule);
  }
  for (const finding of report.findings) run.addResult(resultOf(finding, guiltyLines.get(finding.id), directory));
  const builder = new SarifBuilder();
  builder.addRun(run);
  // The builder's own text output refuses messages that contain one of its placeholders.
  return `${JSON.stringify(builder.buildSarifOutput(), null, 2)}\n`;
}

function resultOf(finding: CampaignFinding, line: number | undefined, directory: string): SarifResultBuilder {
  const { id, state, sentence, lane, why } = finding;
  const result = new SarifResultBuilder().initSimple({
    level: state === 'known' ? 'note' : state === 'flaky' ? 'warning' : 'error',
    messageText: `${sentence}\n${lane.id}\nreproduce: ${reproduce(finding, directory)}`,
    ruleId: ruleOf(finding).id,
    fileUri: fileOf(finding),
    startLine: line ?? 1,
  });
  result.result.partialFingerprints = { 'skbcheckFinding/v1': id };
  result.result.properties = { lane: lane.id, state, reports: finding.reports };
  if (state === 'known')
    result.result.suppressions = [{ kind: 'external', justification: why ?? 'on the list of known findings' }];
  return result;
}
