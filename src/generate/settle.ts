import type { Command } from '../commands/command';
import { COMMANDS } from '../commands/registry';
import { CONTEXT_PROCESS, CONTEXT_SOFTIRQ, CORE_KINDS, KINDS, type Kind, type World } from '../model/world/world';
import { DELIVERED_MAX } from '../commands/mvneta/mvneta_limits';
import type { SkBuff } from '../model/structs/sk_buff';
import type { Call } from '../program/program';
import { Random } from './random';
import type { CpuMapEntry } from '../model/structs/cpu_map_entry';

/** Settle draws from a stream of its own, so that a reduced program settles like the one it came from. */
const SETTLE_STREAM = 0x5e771e;
/** No correct world needs so many calls to be taken down. */
const CALLS_MAX = 5000;

const RETRY = 'page_pool_release_retry';
/** What releases an object of each kind; the first that is legal is taken, from a drawn start. */
const RELEASES: Record<Kind, readonly string[]> = {
  skb: ['kfree_skb', 'consume_skb', 'napi_consume_skb'],
  page: ['put_page', 'page_pool_put_full_page', 'page_frag_free'],
  mapping: ['dma_unmap_page'],
  frag_cache: ['page_frag_cache_drain'],
  uarg: ['net_zcopy_put'],
  pool: ['page_pool_destroy', RETRY],
  sock: ['sk_free'],
  device: ['device_remove'],
  napi: ['gro_normal_list', 'netif_napi_del'],
  rxq: ['xdp_rxq_info_unreg'],
  xdp: ['xdp_return_buff'],
  frame: ['xdp_return_frame', 'xdp_return_frame_rx_napi', 'xdp_return_frame_bulk'],
  cpumap: ['cpu_map_delete_elem'],
  netdev: ['netdev_remove'],
  umem: ['umem_free'],
  xsk: ['xsk_close'],
  pipe: ['free_pipe_info'],
  mm: ['tcp_close'],
  file: ['shmem_truncate'],
  port: ['mvneta_rx_drop', 'mvneta_stop', 'mvneta_remove'],
};
/** Only NAPI polls may call these. */
const NEEDS_SOFTIRQ = [
  'napi_consume_skb',
  'gro_normal_list',
  'xdp_return_buff',
  'xdp_return_frame_rx_napi',
  'xdp_do_flush',
  'skb_defer_free_flush',
];
/** Later stages wait for the earlier: a pool whose pages are out would have to be asked again and again. */
const STAGES: readonly (readonly Kind[])[] = [
  [
    'skb',
    'page',
    'mapping',
    'frag_cache',
    'uarg',
    'xdp',
    'frame',
    'napi',
    'cpumap',
    'netdev',
    'xsk',
    'pipe',
    'mm',
    'file',
    'port',
  ],
  ['pool', 'rxq'],
  ['sock', 'device', 'umem'],
];

/** By position in KINDS: the stage of the kind. */
const STAGE_OF: readonly number[] = KINDS.map((kind) => STAGES.findIndex((kinds) => kinds.includes(kind)));
/** More than any rank. */
const RANKS = KINDS.length;
/** More than any number of a handle has: those of the binary form have 16 bits. */
const IDS = 1 << 16;

const ascending = (a: number, b: number): number => a - b;

/**
 * Releases everything that is still held, in an order drawn from the seed, by ordinary calls: any target can execute them.
 *
 * What is drawn is drawn once for the program: which kinds go first, oldest or newest first, how and from where. So what is
 * left of a program that lost some of its calls is released as it was before, and a reducer needs no calls that only keep
 * the order.
 *
 *   settler.begin(seed);
 *   for (let call = settler.next(world); call !== null; call = settler.next(world)) execute(call);
 */
export class Settler {
  private readonly random = new Random();
  private readonly commands = new Map<string, Command>(COMMANDS.map((command) => [command.name, command]));
  /** What is left of the pass, in reverse. */
  private readonly order: number[] = [];
  /** By position in KINDS: the lower goes first; equal where kinds go by age alone. */
  private readonly ranks: number[] = KINDS.map(() => 0);
  private newestFirst = false;
  /** Where in RELEASES to start. */
  private variant = 0;
  private context = CONTEXT_PROCESS;
  private stage = 0;
  private made = 0;
  private progress = false;
  /** Has a later stage released anything? What it held may be what an earlier one waits for: a page in a socket's error queue. */
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

  /** The next release, legal now and not executed yet; null when nothing can be released any more. */
  next(world: World): Call | null {
    while (this.made < CALLS_MAX) {
      if (world.systems.deferred.length > 0) {
        this.made++;
        return this.legal(world, 'skb_defer_free_flush', [], this.contextOf('skb_defer_free_flush'));
      }
      const id = this.order.pop();
      if (id === undefined) {
        if (!this.beginPass(world)) return null;
        continue;
      }
      const call = this.releaseOf(world, id);
      if (call === null) continue;
      this.made++;
      // The worker of a pool whose pages never come back (on a mutant) could run for ever.
      if (call.command.name !== RETRY) {
        this.progress = true;
        this.again ||= this.stage > 0;
      }
      return call;
    }
    return null;
  }

  /** Collect what this stage still holds; a stage in which a pass released nothing is over. After the last, what is left gets another round. */
  private beginPass(world: World): boolean {
    if (!this.progress) this.stage++;
    this.progress = false;
    for (;;) {
      for (; this.stage < STAGES.length; this.stage++) {
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
    for (const { id, kind } of world.names) {
      const position = KINDS.indexOf(kind);
      if (STAGE_OF[position] === stage)
        order.push((RANKS - this.ranks[position]) * IDS + (newestFirst ? id : IDS - 1 - id));
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
    if (handle.kind === 'skb' && (handle.object as SkBuff).owesMark) {
      // The driver still owes the mark: it comes first, and the skb again in the next pass.
      const mark = world.rules.poolReturn === 'mem_info' ? 'skb_set_mem_info' : 'skb_mark_for_recycle';
      return this.legal(world, mark, [id], CONTEXT_PROCESS);
    }
    if (handle.kind === 'cpumap' && (handle.object as CpuMapEntry).bulk.length > 0) {
      // The poll ends before the entry goes.
      return this.legal(world, 'xdp_do_flush', [], this.contextOf('xdp_do_flush'));
    }
    if (handle.kind === 'skb' && (handle.object as SkBuff).next !== null)
      return this.legal(world, 'kfree_skb_list', [id], this.context);
    const names = RELEASES[handle.kind];
    for (let i = 0; i < names.length; i++) {
      const name = names[(this.variant + i) % names.length];
      const call = this.legal(world, name, argsOf(name, id), this.contextOf(name));
      if (call !== null) return call;
    }
    return null;
  }

  private contextOf(name: string): number {
    if (this.commands.get(name)?.contextual !== true) return CONTEXT_PROCESS;
    return NEEDS_SOFTIRQ.includes(name) && this.context === CONTEXT_PROCESS ? CONTEXT_SOFTIRQ : this.context;
  }

  private legal(world: World, name: string, args: number[], context: number): Call | null {
    const command = this.commands.get(name);
    if (command === undefined) return null;
    world.context = context;
    return command.applies(world, args) ? { command, args, result: -1, fail: 0, context } : null;
  }
}

/** Arguments of a release beside the object. */
function argsOf(name: string, id: number): number[] {
  if (name === 'napi_consume_skb') return [id, 64];
  if (name === 'page_pool_put_full_page') return [id, 0];
  if (name === 'xdp_return_frame_rx_napi') return [id, 0];
  if (name === 'mvneta_rx_drop') return [id, DELIVERED_MAX];
  if (name === 'xdp_return_frame_bulk') return [id, -1, -1, -1];
  return [id];
}
