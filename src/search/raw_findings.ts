import type { Program } from '../program/program';
import type { Session } from '../session/session';
import { signatureOf, type Verdict } from '../session/verdict';

/** A program that does not hold, as it was found. */
export interface RawFinding {
  readonly program: Program;
  readonly verdict: Verdict;
  readonly signature: string;
  /** Commands executed when it was found. */
  readonly afterCommands: number;
}

/** What one search on the model found: of each signature the first. */
export class RawFindings {
  private readonly found = new Map<string, RawFinding>();

  constructor(
    private readonly session: Session,
    private readonly onFinding: (finding: RawFinding) => void,
  ) {}

  /**
   * A program was executed.
   * @param programOf - makes it
   * @param afterCommands - that the search has executed
   */
  record(programOf: () => Program, afterCommands: number): void {
    const { verdict } = this.session;
    if (verdict.kind === 'clean' || verdict.kind === 'limit') return;
    const signature = signatureOf(verdict);
    if (this.found.has(signature)) return;
    const finding = { program: programOf(), verdict, signature, afterCommands };
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
