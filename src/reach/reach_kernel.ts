import type { Link } from '../lockstep/link';
import { kernelImageOf, openTracedLink, openTracedUserSpace } from '../targets/traced_targets';
import type { TracedOutside } from './search_outside';
import { KernelCode, Tracer } from './tracer';

/** A kernel that runs functions, and that watches some of them. */
export interface TracedInside {
  readonly link: Link;
  readonly tracer: Tracer;
}

/** A kernel in two VMs: one runs its functions, one runs programs of user space. Each is opened when first needed. */
export class ReachKernel {
  private insideNow?: TracedInside;
  private outsideNow?: TracedOutside;

  private constructor(
    readonly name: string,
    private readonly code: KernelCode,
    private readonly say: (line: string) => void,
  ) {}

  /**
   * @param name - of a kernel
   * @param say - receives a line for each slow step
   * @throws UsageError, TargetUnavailableError when its code cannot be read
   */
  static async of(name: string, say: (line: string) => void): Promise<ReachKernel> {
    return new ReachKernel(name, new KernelCode(await kernelImageOf(name)), say);
  }

  async inside(): Promise<TracedInside> {
    if (this.insideNow === undefined) {
      const { link, tracing } = await openTracedLink(this.name, this.say);
      this.insideNow = { link, tracer: await Tracer.open(tracing, this.code) };
    }
    return this.insideNow;
  }

  async outside(): Promise<TracedOutside> {
    if (this.outsideNow === undefined) {
      const { link, tracing } = await openTracedUserSpace(this.name, this.say);
      this.outsideNow = { link, tracer: await Tracer.open(tracing, this.code) };
    }
    return this.outsideNow;
  }

  async forgetInside(): Promise<void> {
    await this.insideNow?.link.close();
    this.insideNow = undefined;
  }

  async forgetOutside(): Promise<void> {
    await this.outsideNow?.link.close();
    this.outsideNow = undefined;
  }

  async close(): Promise<void> {
    await this.forgetInside();
    await this.forgetOutside();
  }
}
