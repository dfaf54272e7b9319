import type { StepProgram, StepProgramResult } from '../commands/outside/step';
import type { Death } from '../lockstep/link';
import type { OutsideLink } from '../lockstep/outside_link';
import type { OutsideState } from '../protocol/outside/state';

/** Opens the target: at first, and after each death. */
export type OpenOutside = () => Promise<OutsideLink>;

/** The kernel that programs run on. It is opened when it is first needed, and again after its death. */
export class OutsideTarget {
  private link: OutsideLink | null = null;
  private closed = false;
  /** As `uname -r` prints it; absent: it was never opened. */
  release?: string;
  /** Deaths one after the other, without an answer between them. */
  deathsInRow = 0;

  constructor(
    readonly name: string,
    private readonly open: OpenOutside,
  ) {}

  async opened(): Promise<OutsideLink> {
    this.link ??= await this.open();
    this.release = this.link.release;
    return this.link;
  }

  /** The answers to programs, or the death of the target. */
  async run(programs: readonly StepProgram[]): Promise<{ results: readonly StepProgramResult[] } | { death: Death }> {
    const link = await this.opened();
    const answer = await link.run(programs);
    if (answer.death === undefined) {
      this.deathsInRow = 0;
      // A warning of WARN_ON_ONCE comes once: the next run of its program is to show it again.
      if (answer.results.some(hasLog)) await link.rearm();
      return { results: answer.results };
    }
    this.deathsInRow++;
    await this.forget();
    return { death: answer.death };
  }

  /** The counters of the kernel when the namespaces of all programs are gone; undefined: it died. */
  async state(): Promise<OutsideState | undefined> {
    const answer = await (await this.opened()).state();
    if (answer.death === undefined) return answer.state;
    this.deathsInRow++;
    await this.forget();
    return undefined;
  }

  /** Drops the target: the next question opens it again. */
  async forget(): Promise<void> {
    const { link } = this;
    this.link = null;
    await link?.close();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.forget();
  }
}

const hasLog = ({ log, results }: StepProgramResult): boolean => log !== '' || results.some((one) => one.log !== '');
