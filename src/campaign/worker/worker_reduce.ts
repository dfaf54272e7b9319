import { isOfRest } from '../../outside/left_behind';
import { OutsideJudge } from '../../outside/outside_judge';
import { parseProgram } from '../../program/parse';
import { printProgram } from '../../program/print';
import type { Program } from '../../program/program';
import { runOnModel } from '../../session/run_model';
import type { Session } from '../../session/session';
import { sentenceOf, signatureOf, type Verdict, placeOf } from '../../session/verdict';
import { partsOfLane, sessionOf } from './lane_session';
import { reduceFinding, reduceOnModel } from '../../search/reduce_finding';
import type { FindingToReduce, Reduced } from '../worker_messages';
import type { WorkerTarget } from './worker_target';
import { type Lane, STABLE_RUNS } from '../campaign_types';

/** Time limit of a reduction on the model. */
const TIME_MODEL_MS = 60_000;
/** Time limit of a reduction on a target. */
const TIME_TARGET_MS = 600_000;
/** Runs in which a finding on a target must show again once. Otherwise it stays unreduced. */
const SIGHTINGS_TRIED = 3;

/** The data of a report. */
interface ReducedFacts {
  readonly session: Session;
  readonly lane: Lane;
  readonly program: Program;
  readonly verdict: Verdict;
  readonly commandsBefore: number;
  readonly file: string;
}

/** A finding as text, as `skbcheck run` prints it. */
export type DescribeFinding = (facts: ReducedFacts) => string;

interface Smaller {
  readonly session: Session;
  readonly program: Program;
  readonly executions: number;
  /** The verdicts of STABLE_RUNS runs. */
  readonly verdicts: readonly Verdict[];
}

/** Makes the program of a finding smaller, and counts the runs in which it shows the finding. */
export async function reduceReported(
  finding: FindingToReduce,
  target: WorkerTarget,
  describe: DescribeFinding,
  beat: () => void,
): Promise<Reduced> {
  const { lane, signature } = finding;
  const program = parseProgram(finding.program, finding.id);
  const { session, ...smaller } =
    lane.target === 'model'
      ? onModel(lane, program, signature, beat)
      : await onTarget(lane, program, signature, target, beat);
  const shown = smaller.verdicts.filter((verdict) => signatureOf(verdict) === signature);
  const verdict = shown[0] ?? notAgain(signature);
  return {
    kind: 'reduced',
    id: finding.id,
    program: printProgram(smaller.program),
    executions: smaller.executions,
    shownOf10: shown.length,
    sentence: sentenceOf(verdict),
    report: describe({
      session,
      lane,
      program: smaller.program,
      verdict,
      commandsBefore: program.calls.length,
      file: finding.file,
    }),
  };
}

function onModel(lane: Lane, program: Program, signature: string, beat: () => void): Smaller {
  const parts = partsOfLane(lane);
  const session = sessionOf(parts);
  const { verdict } = runOnModel(session, program);
  const reduced = signatureOf(verdict) === signature ? reduce() : { program, executions: 0 };
  // Each run has a new session, so that it does not depend on earlier programs.
  const verdicts = Array.from({ length: STABLE_RUNS }, () => runOnModel(sessionOf(parts), reduced.program).verdict);
  return { session, program: reduced.program, executions: reduced.executions, verdicts };

  function reduce(): { readonly program: Program; readonly executions: number } {
    return reduceOnModel(session, program, signature, placeOf(verdict)?.call, expiry(TIME_MODEL_MS, beat));
  }
}

async function onTarget(
  lane: Lane,
  program: Program,
  signature: string,
  target: WorkerTarget,
  beat: () => void,
): Promise<Smaller> {
  const isOutside = partsOfLane(lane).scenario.levels !== undefined;
  const judge = isOutside ? await target.outsideJudgeOf(lane) : await target.judgeOf(lane);
  if (judge instanceof OutsideJudge) judge.measures = isOfRest(signature);
  const raw = { program, signature, afterCommands: 0 };
  let reduced = { program, executions: 0 };
  for (let i = 0; i < SIGHTINGS_TRIED; i++) {
    const verdict = await judge.judge(program);
    if (signatureOf(verdict) !== signature) continue;
    reduced = await reduceFinding(judge, { ...raw, verdict }, expiry(TIME_TARGET_MS, beat));
    break;
  }
  const verdicts: Verdict[] = [];
  for (let i = 0; i < STABLE_RUNS; i++) verdicts.push(await judge.judge(reduced.program));
  return { session: judge.session, program: reduced.program, executions: reduced.executions, verdicts };
}

/** Returns whether the time limit has passed. Each query also sends a sign of life. */
function expiry(time_ms: number, beat: () => void): () => boolean {
  const end_ms = performance.now() + time_ms;
  return () => {
    beat();
    return performance.now() >= end_ms;
  };
}

/** The verdict of a finding that the search saw, but no run of its program alone. */
function notAgain(signature: string): Verdict {
  const title = `${signature}: not once in ${STABLE_RUNS} runs of the program alone`;
  return { kind: 'death', place: null, death: 'unconfirmed', title, console: '' };
}
