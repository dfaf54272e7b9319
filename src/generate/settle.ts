import type { NamedArgs } from '../commands/arg';
import { CORE_KINDS, KINDS, type HandleOf, type Kind } from '../model/world/kinds';
import { CONTEXT_PROCESS, CONTEXT_SOFTIRQ, type World } from '../model/world/world';
import type { Call } from '../program/program';
import { FLUSH_DEFERRED, KIND_FACTS, POOL_RETRY, STAGES, type Release } from './kinds';
import { Random } from './random';

/** Settle draws from a stream of its own, so that a reduced program settles like the one it came from. */
const SETTLE_STREAM = 0x5e771e;
/** More calls than the release of any correct world needs. */
const CALLS_MAX = 5000;

/** By position in KINDS: the stage of the kind. */
const STAGE_OF: readonly number[] = KINDS.map((kind) => KIND_FACTS[kind].stage);
/** More than any rank. */
const RANKS = KINDS.length;
/** More than any handle number: the binary form has 16 bits for it. */
const IDS = 1 << 16;

const ascending = (a: number, b: number): number => a - b;

/**
 * Releases everything that is still held, by ordinary calls that any target can execute. Settle goes in stages: holders
 * of memory, pools, owners. The seed draws the order within a stage.
 *
 * Each program draws once: the order of kinds, oldest or newest first, the releasing calls and their context. A program
 * that lost some of its calls thus releases the rest as before, and a reducer need not keep calls that only preserve
 * the order.
 *
 *   settler.begin(seed);
 *   for (let call = settler.next(world); call !== null; call = settler.next(world)) execute(call);
 */
export class Settler {
  private readonly random = new Random();
  /** Handle numbers that the pass has still to release, in reverse. */
  private readonly order: number[] = [];
  /** By position in KINDS: lower ranks are released first; equal ranks leave the order to age. */
  private readonly ranks: number[] = KINDS.map(() => 0);
  /** The arguments of the last call of `next`, by name. */
  args: NamedArgs | null = null;
  private newestFirst = false;
  /** Position in the `releases` of a kind at which to start. */
  private variant = 0;
  private context = CONTEXT_PROCESS;
  private stage = 0;
  private made = 0;
  private progress = false;
  /** A later stage released something that an earlier one may have waited for: a page in a socket's error queue. */
  private again = false;

  begin(seed: number): void {
    this.random.seed(seed, SETTLE_STREAM);
    const byKind = this.random.below(2) === 0;
    for (let i = 0; i < CORE_KINDS.length; i++) this.ranks[i] = byKind ? this.random.below(CORE_KINDS.length) : 0;
    this.newestFirst = this.random.below(2) === 0;
    this.variant = this.random.below(6);
    this.context = this.random.below(3);
    for (let i = CORE_KINDS.length; i < KINDS.length; i++)
      this.ranks[i] = byKind ? this.random.below(CORE_KINDS.length) : 0;
    this.order.length = 0;
    this.stage = 0;
    this.made = 0;
    this.progress = true;
    this.again = false;
  }

  /** The next release, legal now and not executed yet; null when no more can be released. */
  next(world: World): Call | null {
    while (this.made < CALLS_MAX) {
      if (world.systems.deferred.length > 0) {
        this.made++;
        return this.legal(world, FLUSH_DEFERRED, -1);
      }
      const id = this.order.pop();
      if (id === undefined) {
        if (!this.beginPass(world)) return null;
        continue;
      }
      const call = this.releaseOf(world, id);
      if (call === null) continue;
      this.made++;
      // On a mutant, a pool whose pages never come back could retry for ever.
      if (call.command !== POOL_RETRY.command) {
        this.progress = true;
        this.again ||= this.stage > 0;
      }
      return call;
    }
    return null;
  }

  /**
   * Collects the objects of this stage. A pass without a release ends its stage; after the last stage comes another
   * round.
   */
  private beginPass(world: World): boolean {
    if (!this.progress) this.stage++;
    this.progress = false;
    for (;;) {
      for (; this.stage < STAGES; this.stage++) {
        this.collect(world);
        if (this.order.length > 0) return true;
      }
      if (!this.again) return false;
      this.again = false;
      this.stage = 0;
    }
  }

  private collect(world: World): void {
    const { order, stage, newestFirst } = this;
    for (const { id, kindNumber } of world.names) {
      if (STAGE_OF[kindNumber] === stage)
        order.push((RANKS - this.ranks[kindNumber]) * IDS + (newestFirst ? id : IDS - 1 - id));
    }
    order.sort(ascending);
    for (let i = 0; i < order.length; i++) {
      const age = order[i] % IDS;
      order[i] = newestFirst ? age : IDS - 1 - age;
    }
  }

  private releaseOf(world: World, id: number): Call | null {
    const handle = world.handles[id] ?? null;
    if (handle === null) return null;
    const due = dueOf(world, handle);
    if (due === 'later') return null;
    if (due !== null) return this.legal(world, due, id);
    const { releases } = KIND_FACTS[handle.kind];
    for (let i = 0; i < releases.length; i++) {
      const call = this.legal(world, releases[(this.variant + i) % releases.length], id);
      if (call !== null) return call;
    }
    return null;
  }

  private legal(world: World, release: Release, id: number): Call | null {
    const { command } = release;
    const args = release.argsOf(id);
    const context = this.contextOf(release);
    world.context = context;
    this.args = command.argsOf(args);
    return command.applies(world, this.args) ? { command, args, result: -1, fail: 0, context } : null;
  }

  private contextOf({ command, needsSoftirq }: Release): number {
    if (!command.contextual) return CONTEXT_PROCESS;
    return needsSoftirq && this.context === CONTEXT_PROCESS ? CONTEXT_SOFTIRQ : this.context;
  }
}

function dueOf<K extends Kind>(world: World, { kind, object }: HandleOf<K>): Release | 'later' | null {
  return KIND_FACTS[kind].due?.(object, world) ?? null;
}
