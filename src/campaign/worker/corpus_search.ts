import type { Scenario } from '../../generate/scenario';
import type { Profile } from '../../rules/profiles';
import { programAfter } from '../../generate/seed';
import type { Session } from '../../session/session';
import type { Lease } from '../campaign_types';
import type { Corpus } from '../../corpus/corpus';
import { CorpusRun, type Kept } from '../../corpus/corpus_run';
import { ModelCoverage } from '../../corpus/coverage';
import { KnownFindings } from '../../search/known_findings';
import { RawFindings, type RawFinding } from '../../search/raw_findings';
import type { SearchResult } from '../../search/search_model';

/** A scenario's corpus has KEPT_MIN programs before any is mutated. */
const KEPT_MIN = 16;
/**
 * Of every PROGRAMS_IN_GROUP programs of a `mutated` lease, MUTATED_UNRIPE or MUTATED_RIPE are mutations, depending on
 * whether the corpus is ripe. The others are generated with rarely tried arguments. The
 * measurements are in docs/explanation/measurements/corpus.md.
 */
const PROGRAMS_IN_GROUP = 4;
const MUTATED_UNRIPE = 1;
const MUTATED_RIPE = 2;

/**
 * Runs the next program of a `mutated` lease.
 * @param position - position in the lease
 */
export function runMutated(run: CorpusRun, corpus: Corpus, number: number, position: number): void {
  if (corpus.entries.length < KEPT_MIN) run.generated(number);
  else if (position % PROGRAMS_IN_GROUP < (corpus.ripe ? MUTATED_RIPE : MUTATED_UNRIPE)) run.mutated(number);
  else run.curious(number);
}

/** The search of a lease on the model that keeps programs which reach something first. */
export class CorpusSearch {
  programs = 0;
  private readonly run: CorpusRun;
  private readonly known: KnownFindings;
  private readonly found: RawFindings;
  private readonly startedAt: number;

  /** @param onKept - called for every program that reached something first; it is in `corpus` already */
  constructor(
    scenario: Scenario,
    profile: Profile,
    private readonly session: Session,
    private readonly lease: Lease,
    private readonly corpus: Corpus,
    onFinding: (finding: RawFinding) => void = () => undefined,
    onKept: (kept: Kept) => void = () => undefined,
    coverage: ModelCoverage | null = ModelCoverage.ofThisProcess(),
  ) {
    this.run = new CorpusRun(scenario, profile, session, corpus, { onKept }, coverage);
    this.known = new KnownFindings(session, profile);
    this.found = new RawFindings(session, this.known, onFinding);
    this.startedAt = session.executed;
  }

  /** Commands executed by its programs so far. */
  get commands(): number {
    return this.session.executed - this.startedAt;
  }

  /**
   * Continues until about `commands` more commands are executed.
   * @returns false when the lease is over
   */
  slice(commands: number): boolean {
    const until = this.commands + commands;
    while (this.commands < until) {
      if (this.programs >= this.lease.programs) return false;
      this.one(programAfter(this.lease.first, this.programs), this.programs);
      this.programs++;
    }
    return true;
  }

  result(): SearchResult {
    return { programs: this.programs, compared: 0, findings: this.found.all, known: this.known.all };
  }

  private one(number: number, position: number): void {
    const { run } = this;
    if (this.lease.kind === 'generated') run.generated(number);
    else runMutated(run, this.corpus, number, position);
    this.known.count();
    this.found.record(() => run.program(), this.commands);
  }
}
