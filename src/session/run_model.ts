import { scheduledInto, type Call, type Program } from '../program/program';
import { Settler } from '../generate/settle';
import { generatorSeed, parseSeed } from '../generate/seed';
import type { Session } from './session';
import type { Verdict } from './verdict';

/** One call as it was executed or skipped. */
export interface Step {
  readonly call: Call;
  /** Position in the command's outcomes, or SKIPPED_*. */
  readonly outcome: number;
  readonly settling: boolean;
  /**
   * Only for a call of the second CPU. True when it ran, or was skipped, during the call above; false when it came
   * after that.
   */
  readonly during?: boolean;
}

/** A program's whole run on the model. */
interface ModelRun {
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
}

const settler = new Settler();

/**
 * Returns whether a call of a program was executed, and not skipped.
 * @param at - its position; calls of settle are those behind the program, which are made because they can be
 */
export function isExecutedAt({ calls }: Program, steps: readonly Step[], at: number): boolean {
  return at >= calls.length || (steps.at(at)?.outcome ?? -1) >= 0;
}

/** The seed for settle, from the program's own token: a reduced program settles like the one that it came from. */
export function settleSeed(program: Program): number {
  return program.seed === undefined ? 0 : generatorSeed(parseSeed(program.seed)?.number ?? 0);
}

/**
 * Executes a call of the first CPU with the calls of the second that are scheduled into it. Returns when all are done.
 */
function interleaved(session: Session, group: readonly Call[]): Step[] {
  const { outcomes, during } = session.executeInterleaved(group[0], group.slice(1));
  return outcomes.map((outcome, i) => {
    const step = { call: group[i], outcome, settling: false };
    return i === 0 ? step : { ...step, during: i <= during };
  });
}

/**
 * Runs a program on the model from an empty world, settles, and judges.
 * @param onStep - called right after each call, while the world is as the call left it
 */
export function runOnModel(session: Session, program: Program, onStep?: (step: Step) => void): ModelRun {
  const steps: Step[] = [];
  const add = (step: Step): void => {
    steps.push(step);
    onStep?.(step);
  };
  const { calls } = program;
  session.begin();
  for (let i = 0; i < calls.length && !session.failed; i++) {
    const scheduled = scheduledInto(calls, i);
    if (scheduled === 0 || calls[i].at !== undefined) {
      add({ call: calls[i], outcome: session.execute(calls[i]), settling: false });
      continue;
    }
    const group = calls.slice(i, i + 1 + scheduled);
    interleaved(session, group).forEach(add);
    i += scheduled;
  }
  settler.begin(settleSeed(program));
  session.settle(settler, (call, outcome) => add({ call, outcome, settling: true }), false);
  return { verdict: session.verdict, steps };
}
