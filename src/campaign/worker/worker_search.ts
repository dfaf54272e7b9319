import { findMutant } from '../../rules/mutants';
import { sentenceOf } from '../../session/verdict';
import { printProgram } from '../../program/print';
import type { Session } from '../../session/session';
import type { Lease } from '../campaign_types';
import { canaryPositions, numberAt, type CanaryOfLease } from '../canary';
import { partsOfLane, sessionOf, type LaneParts } from './lane_session';
import type { Kept } from '../../corpus/corpus_run';
import { CorpusSearch } from './corpus_search';
import type { WorkerCorpus } from './worker_corpus';
import type { MetFinding } from '../../search/met_finding';
import type { SlicedSearch } from '../../search/sliced_search';
import { LockstepSearch } from '../../search/search_lockstep';
import { OutsideSearch } from '../../search/search_outside';
import type { RawFinding } from '../../search/raw_findings';
import { ModelSearch, type SearchLimits } from '../../search/search_model';
import type { WorkerTarget } from './worker_target';
import type { FindingReported } from '../worker_messages';

/** Callbacks of the search of a lease. */
interface SearchEvents {
  /**
   * Resolves when the finding is stored. A search on the model does not wait for it; its driver waits between slices.
   */
  readonly onFinding: (raw: RawFinding) => Promise<void>;
  readonly stop: () => boolean;
}

/** The search of a lease, with the session that counts what it executes. */
export interface LeaseSearch {
  readonly search: SlicedSearch;
  readonly session: Session;
  /** By invariant, or by promise to user space: how often it was asked whether it is kept. */
  readonly invariants: () => Readonly<Record<string, number>>;
  /** Known bugs of the kernel that its programs have met so far. */
  readonly met: () => readonly MetFinding[];
}

/** The search for a lease of each kind. */
export async function searchOf(
  lease: Lease,
  target: WorkerTarget,
  workerCorpus: WorkerCorpus,
  events: SearchEvents,
): Promise<LeaseSearch> {
  const parts = partsOfLane(lease.lane);
  const { stop, onFinding } = events;
  const limits: SearchLimits = { commands: Infinity, programs: lease.programs, findings: Infinity, stop };
  if (parts.scenario.levels !== undefined) return outsideSearchOf(lease, parts, target, limits, onFinding);
  if (lease.lane.target !== 'model') {
    const judge = await target.judgeOf(lease.lane);
    const session = sessionOf(parts, (await judge.link()).abi);
    const search = new LockstepSearch(parts.scenario, parts.profile, session, judge, lease.first, limits, onFinding);
    return {
      search: inOneSlice(search, session),
      session,
      invariants: countsOf(session),
      met: () => search.result().known,
    };
  }
  const session = sessionOf(parts);
  const report = (raw: RawFinding): void => void onFinding(raw);
  if (lease.kind === 'mutated') {
    const { scenario, profile } = parts;
    const corpus = workerCorpus.corpusOf(scenario.name);
    workerCorpus.beginLease(lease);
    const kept = (entry: Kept): void => workerCorpus.keep(lease.lane, entry);
    const search = new CorpusSearch(scenario, profile, session, lease, corpus, report, kept);
    return {
      search: untilStop(search, stop),
      session,
      invariants: countsOf(session),
      met: () => search.result().known,
    };
  }
  const search = new ModelSearch(parts.scenario, parts.profile, session, lease.first, limits, report);
  return { search, session, invariants: countsOf(session), met: () => search.result().known };
}

const countsOf = (session: Session) => (): Readonly<Record<string, number>> => session.checker.counts();

/** The search of a lease of user space. */
async function outsideSearchOf(
  lease: Lease,
  parts: LaneParts,
  target: WorkerTarget,
  limits: SearchLimits,
  onFinding: SearchEvents['onFinding'],
): Promise<LeaseSearch> {
  const judge = await target.outsideJudgeOf(lease.lane);
  const session = sessionOf(parts);
  const search = new OutsideSearch(parts.scenario, parts.profile, session, judge, lease.first, limits, onFinding);
  const invariants = (): Readonly<Record<string, number>> => Object.fromEntries(search.asked);
  return { search: inOneSlice(search, session), session, invariants, met: () => [] };
}

/** A search that asks `stop` between slices, each of which takes a fraction of a second. */
function untilStop(search: CorpusSearch, stop: () => boolean): SlicedSearch {
  return {
    get programs() {
      return search.programs;
    },
    get commands() {
      return search.commands;
    },
    slice: (commands) => !stop() && search.slice(commands),
  };
}

/**
 * A search on a kernel as one slice. It asks `stop` itself between batches, because batches in flight cannot be
 * interrupted.
 */
function inOneSlice(search: LockstepSearch | OutsideSearch, session: Session): SlicedSearch {
  return {
    get programs() {
      return search.programs;
    },
    get commands() {
      return session.executed;
    },
    slice: async () => {
      await search.run();
      return false;
    },
  };
}

/**
 * The canaries of a lease: some of its programs run once more with a rule broken. The same code searches them and
 * reports their findings.
 */
export class Canaries {
  private readonly due: number[];
  private readonly parts: LaneParts;
  private readonly session: Session;

  constructor(
    private readonly lease: Lease,
    canary: CanaryOfLease,
    private readonly onFinding: (raw: RawFinding) => Promise<void>,
  ) {
    this.due = canaryPositions(lease, canary);
    this.parts = partsOfLane(lease.lane);
    this.session = sessionOf(this.parts, this.parts.profile.abi, findMutant(canary.mutant));
  }

  /** Runs the canaries among the first `programs` programs that did not run yet. */
  upTo(programs: number): void {
    while (this.due.length > 0 && this.due[0] < programs) this.one(this.due.shift() as number);
  }

  private one(position: number): void {
    const { scenario, profile } = this.parts;
    const limits = { commands: Infinity, programs: 1, findings: Infinity, stop: () => false };
    const first = numberAt(this.lease, position);
    const report = (raw: RawFinding): void => void this.onFinding(raw);
    const search = new ModelSearch(scenario, profile, this.session, first, limits, report);
    while (search.slice(Infinity));
  }
}

/** The report of a finding. */
export function reportOf(lease: Lease, { program, verdict, signature }: RawFinding, canary: boolean): FindingReported {
  const { mutant } = lease.lane;
  return {
    lease: lease.id,
    signature,
    sentence: sentenceOf(verdict),
    ...(verdict.kind === 'violation' ? { invariant: verdict.invariant } : {}),
    ...(verdict.kind === 'promise' ? { invariant: verdict.promise } : {}),
    program: printProgram(mutant === undefined ? program : { ...program, mutant }),
    ...(program.seed === undefined || lease.kind === 'mutated' ? {} : { token: program.seed }),
    canary,
  };
}
