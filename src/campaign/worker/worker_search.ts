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
import type { SlicedSearch } from '../../search/sliced_search';
import { LockstepSearch } from '../../search/search_lockstep';
import type { RawFinding } from '../../search/raw_findings';
import { ModelSearch, type SearchLimits } from '../../search/search_model';
import type { WorkerTarget } from './worker_target';
import type { FindingReported } from '../worker_messages';

/** What the search of a lease tells, and asks. */
interface SearchEvents {
  /** Resolves when it is stored. The model's search does not wait, whoever drives it does between slices. */
  readonly onFinding: (raw: RawFinding) => Promise<void>;
  readonly stop: () => boolean;
}

/** The search of a lease, with the session that counts what it executes. */
export interface LeaseSearch {
  readonly search: SlicedSearch;
  readonly session: Session;
}

/** How each kind of lease is searched. */
export async function searchOf(
  lease: Lease,
  target: WorkerTarget,
  workerCorpus: WorkerCorpus,
  events: SearchEvents,
): Promise<LeaseSearch> {
  const parts = partsOfLane(lease.lane);
  const { stop, onFinding } = events;
  const limits: SearchLimits = { commands: Infinity, programs: lease.programs, findings: Infinity, stop };
  if (lease.lane.target !== 'model') {
    const judge = await target.judgeOf(lease.lane);
    const session = sessionOf(parts, (await judge.link()).abi);
    const search = new LockstepSearch(parts.scenario, parts.profile, session, judge, lease.first, limits, onFinding);
    return { search: inOneSlice(search, session), session };
  }
  const session = sessionOf(parts);
  const told = (raw: RawFinding): void => void onFinding(raw);
  if (lease.kind === 'mutated') {
    const { scenario, profile } = parts;
    const corpus = workerCorpus.corpusOf(scenario.name);
    workerCorpus.begins(lease);
    const kept = (entry: Kept): void => workerCorpus.kept(lease.lane, entry);
    return {
      search: untilStop(new CorpusSearch(scenario, profile, session, lease, corpus, told, kept), stop),
      session,
    };
  }
  return { search: new ModelSearch(parts.scenario, parts.profile, session, lease.first, limits, told), session };
}

/** Asked between slices: a slice takes a part of a second. */
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

/** In lockstep what is on its way cannot be interrupted: `stop` is asked between batches. */
function inOneSlice(search: LockstepSearch, session: Session): SlicedSearch {
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
 * The canaries of a lease: some of its programs, once more, with a rule broken. They are searched by the same code, and reported on
 * the same way.
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

  /** Those among the first so many programs that were not searched yet. */
  upTo(programs: number): void {
    while (this.due.length > 0 && this.due[0] < programs) this.one(this.due.shift() as number);
  }

  private one(position: number): void {
    const { scenario, profile } = this.parts;
    const limits = { commands: Infinity, programs: 1, findings: Infinity, stop: () => false };
    const first = numberAt(this.lease, position);
    const told = (raw: RawFinding): void => void this.onFinding(raw);
    const search = new ModelSearch(scenario, profile, this.session, first, limits, told);
    while (search.slice(Infinity));
  }
}

/** A finding as it is reported. */
export function reportOf(lease: Lease, { program, verdict, signature }: RawFinding, canary: boolean): FindingReported {
  return {
    lease: lease.id,
    signature,
    sentence: sentenceOf(verdict),
    ...(verdict.kind === 'violation' ? { invariant: verdict.invariant } : {}),
    program: printProgram(program),
    ...(program.seed === undefined || lease.kind === 'mutated' ? {} : { token: program.seed }),
    canary,
  };
}
