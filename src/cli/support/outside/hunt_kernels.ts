import { OutsideJudge } from '../../../outside/outside_judge';
import { OutsideTarget } from '../../../outside/outside_target';
import type { Scenario } from '../../../generate/scenario';
import { printProgram } from '../../../program/print';
import type { HuntOnRelease, HuntScenarioDocument, ShownOn } from '../../../report/documents/hunt_document';
import type { HuntedFinding, HuntedScenario } from '../../../search/hunt/hunted';
import { ScenarioHunt, type HuntLimits } from '../../../search/hunt/hunt_scenario';
import { repeatedVerdict } from '../../../search/repeated_verdict';
import { Session } from '../../../session/session';
import { sessionOptions } from '../../../session/session_options';
import { signatureOf } from '../../../session/verdict';
import { profileOfTarget } from '../../../targets/linux';
import { outsideTarget } from '../../../targets/outside_target';
import { note } from '../output';

/** Runs on a kernel that is asked whether it is silent: chance must not make it seem mended. */
const SILENT_RUNS = 10;

/** Called while a kernel is searched. */
export interface HuntEvents {
  readonly onScenario: (target: string, scenario: string) => void;
  readonly onFinding: (target: string, finding: HuntedFinding) => void;
}

/** Opens a kernel for programs of user space, by the rules of its own release. */
export function outsideJudge(target: string): OutsideJudge {
  const profile = profileOfTarget(target);
  const options = { ...sessionOptions(profile, undefined, profile.abi, false), checks: false };
  return new OutsideJudge(new OutsideTarget(target, outsideTarget(target, note)), new Session(options));
}

/**
 * Searches scenarios on one kernel, then runs what was found on others.
 * @param target - a kernel that is set up
 * @param others - kernels that may be silent
 * @throws TargetUnavailableError when a kernel cannot be opened
 */
export async function huntOn(
  target: string,
  scenarios: readonly Scenario[],
  others: readonly string[],
  limits: HuntLimits,
  events: HuntEvents,
): Promise<HuntOnRelease> {
  const judge = outsideJudge(target);
  const hunted: HuntedScenario[] = [];
  try {
    for (const scenario of scenarios) {
      if (limits.interrupted()) break;
      events.onScenario(target, scenario.name);
      const hunt = new ScenarioHunt(judge, scenario, profileOfTarget(target), limits, (finding) =>
        events.onFinding(target, finding),
      );
      hunted.push(await hunt.run());
    }
  } finally {
    await judge.close();
  }
  const release = judge.target.release ?? '';
  const findings = hunted.flatMap((one) => one.findings);
  const shown = new Map<HuntedFinding, ShownOn[]>(findings.map((finding) => [finding, []]));
  for (const other of findings.length === 0 ? [] : others) await askOther(other, findings, shown);
  return { target, release, scenarios: hunted.map((one) => documentOf(one, shown)) };
}

async function askOther(
  target: string,
  findings: readonly HuntedFinding[],
  on: ReadonlyMap<HuntedFinding, ShownOn[]>,
): Promise<void> {
  const judge = outsideJudge(target);
  try {
    for (const finding of findings) {
      const { verdict, shown, runs } = await repeatedVerdict(judge, finding.program, SILENT_RUNS);
      const signature = signatureOf(verdict);
      const isOther = shown > 0 && signature !== finding.signature;
      on.get(finding)?.push({ target, shown, runs, ...(isOther ? { signature } : {}) });
    }
  } finally {
    await judge.close();
  }
}

function documentOf(
  { findings, ...scenario }: HuntedScenario,
  on: ReadonlyMap<HuntedFinding, readonly ShownOn[]>,
): HuntScenarioDocument {
  return {
    ...scenario,
    findings: findings.map((finding) => ({
      ...finding,
      program: printProgram(finding.program),
      on: on.get(finding) ?? [],
    })),
  };
}
