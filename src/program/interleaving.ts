import { mayRunBeside, mayRunUnderLock, objectsOf } from '../commands/concurrency_contract';
import type { Preemption, PreemptionPoint } from '../model/world/preemption';
import type { HandleObject, World } from '../model/world/world';
import type { Call, Moment } from './program';

const UNDER_LOCK: PreemptionPoint = 'page_pool_recycle_in_ring: produced, still locked';

/**
 * The calls of the second CPU that are scheduled into one call of the first. They run in order, each when the first
 * CPU's call passes its point. A call whose moment never comes is left for after the first CPU's call.
 */
export class Interleaving implements Preemption {
  /** The number of `others` whose moment came. A call that was not legal at its moment counts too. */
  ran = 0;
  private host!: Call;
  private others: readonly Call[] = [];
  private onPass: ((moment: Moment) => void) | undefined;
  private readonly hostObjects: HandleObject[] = [];
  /** By point: the number of times that the call has passed it. */
  private readonly passes = new Map<PreemptionPoint, number>();

  /** @param execute - runs a call of the second CPU to its end if it is legal now */
  constructor(private readonly execute: (call: Call) => void) {}

  /**
   * Lets the calls of `others` run at the points of `host`, until `end`.
   * @param onPass - called for every moment, before a call runs there
   */
  begin(world: World, host: Call, others: readonly Call[], onPass?: (moment: Moment) => void): void {
    this.onPass = onPass;
    this.ran = 0;
    this.host = host;
    this.others = others;
    this.passes.clear();
    objectsOf(world, host, this.hostObjects);
    world.preemption = this;
  }

  end(world: World): void {
    world.preemption = null;
    world.joinNested();
  }

  pass(point: PreemptionPoint): void {
    const pass = (this.passes.get(point) ?? 0) + 1;
    this.passes.set(point, pass);
    this.onPass?.({ point, pass });
    while (this.ran < this.others.length) {
      const at = this.others[this.ran].at;
      if (at === undefined || at.point !== point || at.pass !== pass) return;
      const call = this.others[this.ran];
      if (point === UNDER_LOCK && !mayRunUnderLock(call)) return;
      this.ran++;
      this.execute(call);
    }
  }

  /** Returns whether `call` may run beside the first CPU's call. */
  mayRun(world: World, call: Call): boolean {
    return mayRunBeside(world, this.host, this.hostObjects, call);
  }
}

/** Counts the points that a call passes, which are the places where calls of the second CPU could be scheduled. */
export class PassedPoints implements Preemption {
  readonly passes = new Map<PreemptionPoint, number>();

  pass(point: PreemptionPoint): void {
    this.passes.set(point, (this.passes.get(point) ?? 0) + 1);
  }
}
