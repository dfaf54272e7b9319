import { placeOf, signatureOf, type Verdict } from '../session/verdict';
import { reduceOnModel } from '../search/reduce_finding';
import type { Program } from '../program/program';
import { parseProgram } from '../program/parse';
import type { Mutant } from '../rules/mutants';
import { firstProgram } from '../generate/seed';
import { runOnModel } from '../session/run_model';
import { cpu_ms } from './cpu_time';
import { brokenOf, scenarioOf, sessionOn } from './broken';
import { Shadow } from './shadow';
import type { KeptBefore, Strategy } from './strategy';
import type { Measured, Reduction, TrialEnd, TrialLimits, TrialResult } from './trial_result';

interface Searched {
  readonly end: TrialEnd;
  readonly commands: number;
  readonly programs: number;
  readonly seconds: number;
  readonly found?: { readonly program: Program; readonly verdict: Verdict };
}

/**
 * Runs one trial: searches, measures the first programs again, and reduces the finding.
 *
 * @param reduced - true to reduce the finding
 * @param kept - programs that earlier searches kept, of the mutant's scenario and profile
 */
export function runTrial(
  mutant: Mutant,
  strategy: Strategy,
  seed: number,
  limits: TrialLimits,
  reduced = true,
  kept: readonly KeptBefore[] = [],
): TrialResult {
  const { found, ...searched } = search(mutant, strategy, seed, limits, kept);
  const measured = measure(mutant, strategy, seed, Math.min(limits.measured, searched.programs), kept);
  if (found === undefined) return { seed, ...searched, measured };
  const invariant = found.verdict.kind === 'violation' ? found.verdict.invariant : found.verdict.kind;
  return {
    ...{ seed, ...searched, invariant },
    expected: mutant.expected.includes(invariant),
    distance: distanceIn(mutant, found.program),
    ...(reduced ? { reduction: reduction(mutant, found.program, found.verdict) } : {}),
    measured,
  };
}

function search(
  mutant: Mutant,
  strategy: Strategy,
  seed: number,
  limits: TrialLimits,
  kept: readonly KeptBefore[],
): Searched {
  const profile = brokenOf(mutant);
  const session = sessionOn(profile);
  const start_ms = cpu_ms();
  const end_ms = limits.time_ms === null ? Infinity : start_ms + limits.time_ms;
  let programs = 0;
  let end: TrialEnd = 'exhausted';
  let found: Searched['found'];
  const done = (program: () => Program): boolean => {
    programs++;
    const { verdict } = session;
    if (verdict.kind !== 'clean' && verdict.kind !== 'limit') {
      end = 'found';
      found = { program: program(), verdict };
    } else if (session.executed >= limits.commands) end = 'budget';
    else if (cpu_ms() >= end_ms) end = 'time';
    return end !== 'exhausted';
  };
  strategy.search({ scenario: scenarioOf(mutant), profile, session, first: firstProgram(seed), kept, done });
  return { end, commands: session.executed, programs, seconds: (cpu_ms() - start_ms) / 1000, found };
}

/** Runs the first programs of a trial again, and compares the mutant with its base profile. */
function measure(
  mutant: Mutant,
  strategy: Strategy,
  seed: number,
  programsMax: number,
  kept: readonly KeptBefore[],
): Measured {
  const profile = brokenOf(mutant);
  const session = sessionOn(profile);
  const shadow = new Shadow(mutant);
  const measured = { programs: 0, reached: 0, triggered: 0, detected: 0 };
  strategy.search({
    scenario: scenarioOf(mutant),
    profile,
    session,
    first: firstProgram(seed),
    kept,
    onExecuted: (call) => shadow.executed(call),
    done: () => {
      const detected = session.verdict.kind === 'violation';
      if (detected) shadow.detected();
      measured.programs++;
      if (shadow.reached) measured.reached++;
      if (shadow.triggered) measured.triggered++;
      if (detected) measured.detected++;
      shadow.begin();
      return measured.programs >= programsMax;
    },
  });
  return measured;
}

function distanceIn(mutant: Mutant, program: Program): number {
  const shadow = new Shadow(mutant);
  runOnModel(sessionOn(brokenOf(mutant)), program, ({ call, outcome }) => {
    if (outcome >= 0) shadow.executed(call);
  });
  shadow.detected();
  return shadow.distance;
}

function reduction(mutant: Mutant, program: Program, verdict: Verdict): Reduction {
  const session = sessionOn(brokenOf(mutant));
  const before = signatureOf(verdict);
  const start_ms = cpu_ms();
  const reduced = reduceOnModel(session, program, before, placeOf(verdict)?.call);
  const milliseconds = cpu_ms() - start_ms;
  const after = signatureOf(runOnModel(session, reduced.program).verdict);
  return {
    commandsBefore: program.calls.length,
    commands: reduced.program.calls.length,
    minimal: parseProgram(`profile ${mutant.profile}\n${mutant.program}`, mutant.id).calls.length,
    signatureBefore: before,
    signature: after,
    slipped: after !== before,
    executions: reduced.executions,
    milliseconds,
  };
}
