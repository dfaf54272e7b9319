import { CONTEXT_WORDS } from '../commands/command';
import { printCall } from '../program/print';
import type { Program } from '../program/program';
import { runOnModel } from '../session/run_model';
import type { Session } from '../session/session';
import { snapshotOf, type Snapshot } from './snapshot';

/** A call, and the world as it left it. */
export interface Moment {
  /** The command's name. */
  readonly command: string;
  /** The call as text. */
  readonly text: string;
  /** Position of the call among those of the program, then of settle. */
  readonly position: number;
  readonly settling: boolean;
  readonly outcome: string;
  /** False for a skipped call. */
  readonly executed: boolean;
  /** A call of the second CPU, which ran in the middle of the call above or after it. */
  readonly ofCpu1: boolean;
  readonly context: string;
  readonly after: Snapshot;
}

/** The worlds of one run, call by call. */
export interface History {
  readonly start: Snapshot;
  readonly moments: readonly Moment[];
  /** Sizes that truesize is made of. */
  readonly sizes: { readonly skBuff: number; readonly sharedInfo: number; readonly page: number };
}

/** Runs a program on the model, and keeps the world after each call. */
export function historyOf(session: Session, program: Program): History {
  const moments: Moment[] = [];
  session.begin();
  const start = snapshotOf(session.world, program.names);
  runOnModel(session, program, ({ call, outcome, settling, during }) => {
    moments.push({
      command: call.command.name,
      text: printCall(call, program.names),
      position: moments.length,
      settling,
      outcome: outcome < 0 ? 'skipped' : call.command.outcomes[outcome],
      executed: outcome >= 0,
      ofCpu1: during === true,
      context: CONTEXT_WORDS[call.context],
      after: snapshotOf(session.world, program.names),
    });
  });
  const { abi } = session.world;
  return { start, moments, sizes: { skBuff: abi.skBuffSize, sharedInfo: abi.sharedInfoSize, page: abi.pageSize } };
}

/** The world before the call at a position. */
export function before(history: History, position: number): Snapshot {
  return position <= 0 ? history.start : history.moments[Math.min(position, history.moments.length) - 1].after;
}

/** The world after the call at a position; after the last one there is nothing. */
export function after(history: History, position: number): Snapshot {
  return before(history, position + 1);
}
