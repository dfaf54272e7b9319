import type { Scenario } from '../../generate/scenario';
import type { Profile } from '../../rules/profiles';
import { programAfter } from '../../generate/seed';
import type { Session } from '../../session/session';
import type { Lease } from '../campaign_types';
import type { Corpus } from '../../corpus/corpus';
import { CorpusRun, type Kept } from '../../corpus/corpus_run';
import { ModelCoverage } from '../../corpus/coverage';
import { RawFindings, type RawFinding } from '../../search/raw_findings';
import type { SearchResult } from '../../search/search_model';

/** Programs that a scenario's corpus has before any are changed. */
const KEPT_MIN = 16;
/**
 * Of so many programs of a `mutated` lease so many are made of kept ones: of a corpus that is not ripe, and of one that is. The others
 * are generated with arguments of which little was tried. Measured: docs/explanation/measurements/corpus.md.
 */
const MUTATED_OF = 4;
const UNRIPE = 1;
const RIPE = 2;

/** Runs the next program of a `mutated` lease. @param position - within the lease */
export function learnFurther(run: CorpusRun, corpus: Corpus, number: number, position: number): void {
  if (corpus.entries.length < KEPT_MIN) run.generated(number);
  else if (position % MUTATED_OF < (corpus.ripe ? RIPE : UNRIPE)) run.mutated(number);
  else run.curious(number);
}

/** The search of a lease on the model that keeps what reaches something first. */
export class CorpusSearch {
  programs = 0;
  private readonly run: CorpusRun;
  private readonly found: RawFindings;
  private readonly startedAt: number;

  /** @param onKept - told of every program that reached something first; it is in `corpus` already */
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
    this.found = new RawFindings(session, onFinding);
    this.startedAt = session.executed;
  }

  /** Commands executed by its programs so far. */
  get commands(): number {
    return this.session.executed - this.startedAt;
  }

  /**
   * Search on until about `commands` more are executed.
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
    return { programs: this.programs, findings: this.found.all };
  }

  private one(number: number, position: number): void {
    const { run } = this;
    if (this.lease.kind === 'generated') run.generated(number);
    else learnFurther(run, this.corpus, number, position);
    this.found.look(() => run.program(), this.commands);
  }
}
