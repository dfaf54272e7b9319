import type { StepProgram, StepProgramResult } from '../commands/outside/step';
import type { Death } from '../lockstep/link';
import type { OutsideLink } from '../lockstep/outside_link';
import type { Splat } from '../lockstep/splats';
import type { OutsideState } from '../protocol/outside/state';
import { lateSplat } from './late_splat';

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
  /** A complaint about programs that ended long before; undefined: none since the kernel was opened. */
  late: Splat | undefined;

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
      await this.heard(link, answer.results.map(logOf).join(''));
      return { results: answer.results };
    }
    this.deathsInRow++;
    await this.forget();
    return { death: answer.death };
  }

  /** The counters of the kernel when the namespaces of all programs are gone; undefined: it died. */
  async state(): Promise<OutsideState | undefined> {
    const link = await this.opened();
    const answer = await link.state();
    if (answer.death === undefined) {
      await this.heard(link, answer.state.log);
      return answer.state;
    }
    this.deathsInRow++;
    await this.forget();
    return undefined;
  }

  private async heard(link: OutsideLink, log: string): Promise<void> {
    this.late ??= lateSplat(log);
    // A warning of WARN_ON_ONCE comes once: the next run of its program is to show it again.
    if (log !== '') await link.rearm();
  }

  /** Drops the target: the next question opens it again. */
  async forget(): Promise<void> {
    const { link } = this;
    this.link = null;
    this.late = undefined;
    await link?.close();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.forget();
  }
}

const logOf = ({ log, results }: StepProgramResult): string => [...results.map((one) => one.log), log].join('');
