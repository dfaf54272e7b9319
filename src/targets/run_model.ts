import type { Call, Program } from '../program/program';
import { Settler } from '../generate/settle';
import { generatorSeed, parseProgramToken } from './program_number';
import type { Session } from './session';
import type { Verdict } from './verdict';

/** One call as it was executed or skipped. */
export interface Step {
  readonly call: Call;
  /** Position in the command's outcomes, or SKIPPED_*. */
  readonly outcome: number;
  readonly settling: boolean;
}

/** A program's whole run on the model. */
export interface ModelRun {
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
}

const settler = new Settler();

/** Number that settle draws from: a program's own seed, so that a reduced program settles like the one it came from. */
export function settleSeed(program: Program): number {
  return program.seed === undefined ? 0 : generatorSeed(parseProgramToken(program.seed)?.number ?? 0);
}

/**
 * Run a program on the model from an empty world, then settle, and judge.
 * @param onStep - told of every call right after it, while the world is as it left it
 */
export function runOnModel(session: Session, program: Program, onStep?: (step: Step) => void): ModelRun {
  const steps: Step[] = [];
  const take = (call: Call, settling: boolean): void => {
    const step = { call, outcome: session.execute(call, settling), settling };
    steps.push(step);
    onStep?.(step);
  };
  session.begin();
  for (const call of program.calls) {
    if (session.failed) break;
    take(call, false);
  }
  settler.begin(settleSeed(program));
  let last: Call | null = null;
  while (!session.failed) {
    const call = settler.next(session.world);
    if (call === null) break;
    last = call;
    take(call, true);
  }
  session.checkSettled(last);
  return { verdict: session.verdict, steps };
}
