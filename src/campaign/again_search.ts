import type { Session } from '../targets/session';
import { signatureOf } from '../targets/verdict';
import type { Corpus } from './corpus';
import { CorpusRun } from './corpus_run';
import type { LaneParts } from './lane_session';
import type { RawFinding } from './search_model';

/** What is executed again. */
type Entries = Corpus['entries'];

/**
 * Executes kept programs once more, as they are: a bug that came in since they were kept is found by those that reach it, long before
 * new programs come there.
 */
export class AgainSearch {
  programs = 0;
  private readonly run: CorpusRun;
  private readonly found = new Set<string>();

  constructor(
    { scenario, profile }: LaneParts,
    private readonly session: Session,
    corpus: Corpus,
    private readonly entries: Entries,
    private readonly onFinding: (finding: RawFinding) => void,
  ) {
    this.run = new CorpusRun(scenario, profile, session, corpus);
  }

  /**
   * Go on until about `commands` more are executed.
   * @returns false when all were
   */
  slice(commands: number): boolean {
    const { session, entries } = this;
    const until = session.executed + commands;
    while (session.executed < until) {
      if (this.programs >= entries.length) return false;
      this.run.again(entries[this.programs++]);
      this.tell();
    }
    return true;
  }

  private tell(): void {
    const { verdict, executed } = this.session;
    if (verdict.kind === 'clean' || verdict.kind === 'limit') return;
    const signature = signatureOf(verdict);
    if (this.found.has(signature)) return;
    this.found.add(signature);
    this.onFinding({ program: this.run.program(), verdict, signature, afterCommands: executed });
  }
}
