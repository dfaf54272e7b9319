import type { Program } from '../program/program';
import type { Session } from '../session/session';
import { signatureOf, type Verdict } from '../session/verdict';
import type { KnownFindings } from './known_findings';

/** A program that fails, as a search found it. */
export interface RawFinding {
  readonly program: Program;
  readonly verdict: Verdict;
  readonly signature: string;
  /** Commands that the search had executed by then. */
  readonly afterCommands: number;
}

/** The findings of one search on the model: the first of each signature. */
export class RawFindings {
  private readonly found = new Map<string, RawFinding>();

  constructor(
    private readonly session: Session,
    private readonly known: KnownFindings,
    private readonly onFinding: (finding: RawFinding) => void,
  ) {}

  /**
   * Records the finding of the program that the session has just executed, if there is one and it is the first of its
   * signature. A known bug of the kernel is none.
   * @param programOf - makes that program
   * @param afterCommands - commands that the search has executed
   */
  record(programOf: () => Program, afterCommands: number): void {
    const { verdict } = this.session;
    if (verdict.kind === 'clean' || verdict.kind === 'limit') return;
    let program: Program | undefined;
    const made = (): Program => (program ??= programOf());
    if (this.known.behind(made) !== undefined) return;
    const signature = signatureOf(verdict);
    if (this.found.has(signature)) return;
    const finding = { program: made(), verdict, signature, afterCommands };
    this.found.set(signature, finding);
    this.onFinding(finding);
  }

  get size(): number {
    return this.found.size;
  }

  get all(): readonly RawFinding[] {
    return [...this.found.values()];
  }
}
