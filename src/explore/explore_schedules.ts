import type { Call, Moment, Program } from '../program/program';
import { handleIdsOf, withCalls } from '../reduce/edit';
import { runOnModel } from '../session/run_model';
import type { Session } from '../session/session';
import { signatureOf, type Verdict } from '../session/verdict';

/** Two streams of calls: the names of both are the program's. */
export interface Streams {
  /** Of the first CPU, in order. */
  readonly first: readonly Call[];
  /** Of the second, in order, without moments. */
  readonly second: readonly Call[];
}

/** Schedules that fail alike. */
interface FailedSchedules {
  readonly signature: string;
  schedules: number;
  /** The first of them, as a program, and how it ends. */
  readonly program: Program;
  readonly verdict: Verdict;
}

export interface Exploration {
  /** Different programs that were run. */
  readonly schedules: number;
  readonly failed: number;
  readonly findings: readonly FailedSchedules[];
  /** `max` was reached before all were run. */
  readonly exhausted: boolean;
}

/** Where a call of the second stream can go: into a call of the first, or behind it. */
interface Slot {
  /** Position in the first stream. */
  readonly host: number;
  /** Null: after it, as an ordinary call. */
  readonly at: Moment | null;
}

/** The streams of a program: its calls of the second CPU, or those at `positions`. */
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
 * Every placement of the second stream's calls, in their order: before the first call of the other stream, at every point that a call of
 * it passes, and after it. What a call passes depends on what ran before, so that it is asked anew for each placement of the calls before.
 *
 * @param max - how many programs to run at most
 */
export function exploreSchedules(session: Session, program: Program, streams: Streams, max: number): Exploration {
  const search = new Search(session, program, streams, max);
  search.place([], 0);
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

  /** Place the calls of the second stream from `placed.length` on, none before slot `from` of the one before. */
  place(placed: readonly Slot[], from: number): void {
    const { second } = this.streams;
    if (placed.length === second.length) return this.run(placed);
    const slots = this.slots(placed);
    for (let i = from; i < slots.length && !this.exhausted; i++) this.place([...placed, slots[i]], i);
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

  /** In order of time: before everything, then for each call of the first stream its points as it passes them, and after it. */
  private slots(placed: readonly Slot[]): Slot[] {
    const slots: Slot[] = [{ host: -1, at: null }];
    const passes = this.passes(placed);
    this.streams.first.forEach((_call, host) => {
      for (const at of passes[host]) slots.push({ host, at });
      slots.push({ host, at: null });
    });
    return slots;
  }

  /** By call of the first stream: the moments that it passes, with the calls of the second that are placed already. */
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

/** No call uses a name that only a later line defines: such a placement is no program. */
function usesWhatIsDefined(calls: readonly Call[]): boolean {
  const defined = new Set<number>();
  for (const call of calls) {
    const used = handleIdsOf(call).filter((id) => id !== call.result);
    if (used.some((id) => !defined.has(id))) return false;
    if (call.result >= 0) defined.add(call.result);
  }
  return true;
}
