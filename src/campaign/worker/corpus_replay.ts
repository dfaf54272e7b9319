import type { Session } from '../../session/session';
import type { Corpus } from '../../corpus/corpus';
import { CorpusRun } from '../../corpus/corpus_run';
import type { LaneParts } from './lane_session';
import { KnownFindings } from '../../search/known_findings';
import type { MetFinding } from '../../search/met_finding';
import { RawFindings, type RawFinding } from '../../search/raw_findings';

type Entries = Corpus['entries'];

/**
 * Executes kept programs once more, unchanged. They find a bug that came in since they were kept, long before new
 * programs reach it.
 */
export class CorpusReplay {
  programs = 0;
  private readonly run: CorpusRun;
  private readonly found: RawFindings;
  private readonly known: KnownFindings;

  constructor(
    { scenario, profile }: LaneParts,
    private readonly session: Session,
    corpus: Corpus,
    private readonly entries: Entries,
    onFinding: (finding: RawFinding) => void,
  ) {
    this.known = new KnownFindings(session, profile);
    this.found = new RawFindings(session, this.known, onFinding);
    this.run = new CorpusRun(scenario, profile, session, corpus);
  }

  /** Known bugs of the kernel that its programs met. */
  get met(): readonly MetFinding[] {
    return this.known.all;
  }

  /**
   * Continues until about `commands` more commands are executed.
   * @returns false when all programs were executed
   */
  slice(commands: number): boolean {
    const { session, entries } = this;
    const until = session.executed + commands;
    while (session.executed < until) {
      if (this.programs >= entries.length) return false;
      this.run.replay(entries[this.programs++]);
      this.known.count();
      this.found.record(() => this.run.program(), session.executed);
    }
    return true;
  }
}
