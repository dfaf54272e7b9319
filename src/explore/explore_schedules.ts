import type { Call, Moment, Program } from '../program/program';
import { handleIdsOf, withCalls } from '../reduce/edit';
import { runOnModel } from '../session/run_model';
import type { Session } from '../session/session';
import { signatureOf, type Verdict } from '../session/verdict';

const SCHEDULES_PER_PAUSE = 64;

/** The calls of a program as two streams, one for each CPU. Both use the program's names. */
export interface Streams {
  /** Calls of the first CPU, in order. */
  readonly first: readonly Call[];
  /** Calls of the second CPU, in order, without moments. */
  readonly second: readonly Call[];
}

/** Schedules that fail with one signature. */
interface FailedSchedules {
  readonly signature: string;
  schedules: number;
  /** The first of them, as a program. */
  readonly program: Program;
  readonly verdict: Verdict;
}

export interface Exploration {
  /** Different programs that were run. */
  readonly schedules: number;
  readonly failed: number;
  readonly findings: readonly FailedSchedules[];
  /** True when not all schedules were run. */
  readonly exhausted: boolean;
}

/** A place for a call of the second stream: inside a call of the first stream, or after it. */
interface Slot {
  /** Position in the first stream. */
  readonly host: number;
  /** Null: after `host`, as an ordinary call. */
  readonly at: Moment | null;
}

/** The streams of a program. The second has its calls of the second CPU, or the calls at `positions`. */
export function streamsOf(program: Program, positions?: ReadonlySet<number>): Streams {
  const first: Call[] = [];
  const second: Call[] = [];
  program.calls.forEach((call, i) => {
    const { at, ...ordinary } = call;
    if (positions === undefined ? at !== undefined : positions.has(i)) second.push(ordinary);
    else first.push(ordinary);
  });
  return { first, second };
}

/**
 * Runs every placement of the second stream's calls, in their order: before all calls of the first stream, at every
 * point that one of them passes, and after each. The points of a call depend on the calls before it, so they are
 * recorded again for each placement of the earlier calls.
 *
 * @param max - programs that are run at most
 */
export function exploreSchedules(session: Session, program: Program, streams: Streams, max: number): Exploration {
  const search = new Search(session, program, streams, max);
  for (const steps = search.place([], 0); steps.next().done !== true;);
  return search.result();
}

/**
 * The same with pauses.
 *
 * @param pause - called after every SCHEDULES_PER_PAUSE schedules; true ends the exploration, and not all
 *   schedules were run then
 */
export async function exploreSchedulesAsync(
  session: Session,
  program: Program,
  streams: Streams,
  max: number,
  pause: () => Promise<boolean>,
): Promise<Exploration> {
  const search = new Search(session, program, streams, max);
  let run = 0;
  for (const steps = search.place([], 0); steps.next().done !== true;)
    if (++run % SCHEDULES_PER_PAUSE === 0 && (await pause())) return { ...search.result(), exhausted: true };
  return search.result();
}

class Search {
  private schedules = 0;
  private failed = 0;
  private exhausted = false;
  private readonly findings = new Map<string, FailedSchedules>();

  constructor(
    private readonly session: Session,
    private readonly program: Program,
    private readonly streams: Streams,
    private readonly max: number,
  ) {}

  result(): Exploration {
    const { schedules, failed, exhausted } = this;
    return { schedules, failed, exhausted, findings: [...this.findings.values()] };
  }

  /** Places the calls of the second stream from `placed.length` on, none of them before slot `from`. */
  *place(placed: readonly Slot[], from: number): Generator<void, void, void> {
    const { second } = this.streams;
    if (placed.length === second.length) {
      this.run(placed);
      yield;
      return;
    }
    const slots = this.slots(placed);
    for (let i = from; i < slots.length && !this.exhausted; i++) yield* this.place([...placed, slots[i]], i);
  }

  private run(placed: readonly Slot[]): void {
    if (this.schedules >= this.max) {
      this.exhausted = true;
      return;
    }
    const program = this.scheduled(placed);
    if (!usesWhatIsDefined(program.calls)) return;
    this.schedules++;
    const { verdict } = runOnModel(this.session, program);
    if (verdict.kind === 'clean' || verdict.kind === 'limit') return;
    this.failed++;
    const signature = signatureOf(verdict);
    const known = this.findings.get(signature);
    if (known === undefined) this.findings.set(signature, { signature, schedules: 1, program, verdict });
    else known.schedules++;
  }

  /**
   * Slots in order of time: before all calls, then for each call of the first stream the points that it passes, and
   * after it.
   */
  private slots(placed: readonly Slot[]): Slot[] {
    const slots: Slot[] = [{ host: -1, at: null }];
    const passes = this.passes(placed);
    this.streams.first.forEach((_call, host) => {
      for (const at of passes[host]) slots.push({ host, at });
      slots.push({ host, at: null });
    });
    return slots;
  }

  /**
   * For each call of the first stream the moments that it passes, with the calls of the second stream placed so far.
   */
  private passes(placed: readonly Slot[]): Moment[][] {
    const { session, streams } = this;
    const moments = streams.first.map((): Moment[] => []);
    session.begin();
    for (let host = -1; host < streams.first.length && !session.failed; host++) {
      const inside = placed.flatMap((slot, i) =>
        slot.host === host && slot.at !== null ? [{ ...streams.second[i], at: slot.at }] : [],
      );
      if (host >= 0) session.executeInterleaved(streams.first[host], inside, false, (at) => moments[host].push(at));
      placed.forEach((slot, i) => {
        if (slot.host === host && slot.at === null && !session.failed) session.execute(streams.second[i]);
      });
    }
    return moments;
  }

  private scheduled(placed: readonly Slot[]): Program {
    const { first, second } = this.streams;
    const calls: Call[] = [];
    for (let host = -1; host < first.length; host++) {
      if (host >= 0) calls.push(first[host]);
      placed.forEach(({ host: at, at: moment }, i) => {
        if (at === host) calls.push(moment === null ? second[i] : { ...second[i], at: moment });
      });
    }
    return withCalls(this.program, calls);
  }
}

/** True when no call uses a name that only a later line defines. Another placement is no program. */
function usesWhatIsDefined(calls: readonly Call[]): boolean {
  const defined = new Set<number>();
  for (const call of calls) {
    const used = handleIdsOf(call).filter((id) => id !== call.result);
    if (used.some((id) => !defined.has(id))) return false;
    if (call.result >= 0) defined.add(call.result);
  }
  return true;
}
