import type { World } from '../model/world/world';
import { executeBegun, executeCall } from '../program/execute';
import { Interleaving } from '../program/interleaving';
import { scheduledInto, type Call } from '../program/program';

/** Executes calls of both CPUs and ignores their outcomes. */
export class GeneratedSchedules {
  private world!: World;
  private readonly interleaving = new Interleaving((call) => this.nested(call));

  constructor(private readonly profile: string) {}

  executeAll(world: World, calls: readonly Call[]): void {
    for (let i = 0; i < calls.length; i++) {
      const scheduled = calls[i].at === undefined ? scheduledInto(calls, i) : 0;
      this.execute(world, calls[i], scheduled === 0 ? [] : calls.slice(i + 1, i + 1 + scheduled));
      i += scheduled;
    }
  }

  execute(world: World, host: Call, others: readonly Call[]): void {
    if (others.length === 0) return void executeCall(world, host, this.profile, false);
    this.world = world;
    this.interleaving.begin(world, host, others);
    executeCall(world, host, this.profile, false);
    this.interleaving.end(world);
    for (let i = this.interleaving.ran; i < others.length; i++) executeCall(world, others[i], this.profile, false);
  }

  private nested(call: Call): void {
    const { world } = this;
    world.nested(call.fail, call.context, () =>
      this.interleaving.mayRun(world, call) ? executeBegun(world, call, this.profile, false) : 0,
    );
  }
}
