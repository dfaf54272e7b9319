import { liveHandle } from '../model/world/handles';
import { CONTEXT_NAPI, type HandleObject, type Kind, type World } from '../model/world/world';
import type { Command } from './command';
import { names, type CommandName } from './command_name';

/*
 * The contract between a call of the first CPU and a call of the second CPU that runs in the middle of it. Each rule is
 * the kernel's own. Code under one lock needs no rule here: it has no point inside (model/world/preemption.ts).
 *
 *  1. The holder of a reference uses its name alone. Two calls share no name, except of objects that both CPUs may use
 *     by the kernel's own locks and counters: SHARED_KINDS.
 *  2. Two users of one sk_buff (skb_get) may drop it at once: users is a refcount_t. They may do nothing else: code
 *     that changes or reads an sk_buff is its only user, or holds the lock of the queue that has it.
 *  3. Sharers of one head (skb_clone) need no rule: dataref is atomic, and each looks at skb_cloned() before it writes.
 *  4. The cache of a page_pool has no lock: it belongs to the NAPI that allocates. At most one of the two calls is on
 *     that side (page_pool_alloc_*, direct recycling, anything in the context of the pool's NAPI). On PREEMPT_RT that
 *     NAPI can preempt a softirq on the same CPU, so there are two such calls there. Only a caller that says
 *     allow_direct promises to be the NAPI.
 *  5. A driver stops its NAPI before it destroys its pool (page_pool_disable_direct_recycling:
 *     napi_assert_will_not_race): no call on that side runs beside page_pool_destroy, nor beside the worker.
 *  6. A ring's producer lock is a spinlock: while the first CPU holds it, page_pool_release runs up to where it waits
 *     for the lock (model/net/core/page_pool/page_pool_producer.ts). Other calls that may want the lock run after the
 *     call: mayRunUnderLock.
 *  7. A step that happens once, when a device is set up or taken down, has no second CPU: SECOND_CPU lists the calls
 *     that have one.
 */

/**
 * Kinds whose objects both CPUs may use. They have locks or atomic counters of their own: pools, sockets, user memory,
 * owners of zerocopy pages.
 */
const SHARED_KINDS: readonly Kind[] = ['pool', 'sock', 'uarg', 'umem', 'device', 'netdev'];

const FREES_SKB: readonly CommandName[] = ['kfree_skb', 'consume_skb', 'napi_consume_skb'];

/**
 * Calls that run on another CPU in the middle of a call: they free, copy and change packets, and take and return pages.
 */
const SECOND_CPU: ReadonlySet<CommandName> = new Set([
  ...FREES_SKB,
  ...names('skb_clone', 'skb_copy', 'pskb_copy', 'skb_try_coalesce', 'pskb_expand_head', 'skb_cow', 'skb_unclone'),
  ...names('skb_unshare', 'skb_share_check', 'skb_linearize', '__pskb_pull_tail', '___pskb_trim', 'skb_orphan'),
  ...names('put_page', 'page_frag_free', 'net_zcopy_put'),
  ...names('page_pool_put_page', 'page_pool_put_full_page', 'page_pool_recycle_direct', 'page_pool_put_page_bulk'),
  ...names('page_pool_release_page', 'page_pool_alloc_pages', 'page_pool_alloc_frag'),
  ...names('page_pool_destroy', 'page_pool_release_retry', '__free_pages', 'xsk_sendto'),
]);

/** Calls that any softirq may make, whichever NAPI runs on the CPU. */
const FREES: readonly CommandName[] = [
  ...FREES_SKB,
  ...names('page_pool_put_page', 'page_pool_put_full_page', 'page_pool_put_page_bulk'),
];
const ALLOCATES: readonly CommandName[] = ['page_pool_alloc_pages', 'page_pool_alloc_frag'];
const TAKES_DOWN: readonly CommandName[] = ['page_pool_destroy', 'page_pool_release_retry'];

/** A call as the rules see it. */
interface CheckedCall {
  readonly command: Command;
  readonly args: readonly number[];
  readonly context: number;
}

/** Returns whether the command may run inside another call at all. */
export function hasSecondCpu(command: Command): boolean {
  return SECOND_CPU.has(command.name);
}

/** Returns the objects that a call names. Ask before the call runs: it may drop some of the names. */
export function objectsOf(world: World, { command, args }: CheckedCall, objects: HandleObject[] = []): HandleObject[] {
  objects.length = 0;
  for (const { at } of command.handles) {
    const handle = liveHandle(world, args[at]);
    if (handle !== null) objects.push(handle.object);
  }
  return objects;
}

/**
 * Returns whether `call` may run inside `host` now.
 * @param hostObjects - the objects that `host` named when it began
 * @param call - of the second CPU; its own contract is checked elsewhere
 */
export function mayRunBeside(
  world: World,
  host: CheckedCall,
  hostObjects: readonly HandleObject[],
  call: CheckedCall,
): boolean {
  if (!SECOND_CPU.has(call.command.name)) return false;
  for (const { at, kind } of call.command.handles) {
    if (SHARED_KINDS.includes(kind)) continue;
    const id = call.args[at];
    if (id < 0) continue;
    if (namesOf(host).includes(id)) return false;
    if (kind !== 'skb') continue;
    const handle = liveHandle(world, id);
    if (handle === null || !hostObjects.includes(handle.object)) continue;
    if (!dropsSkb(host) || !dropsSkb(call)) return false;
  }
  return mayTouchPools(world, host, call) && !takesDownTwice(world, host, hostObjects, call);
}

/** Returns whether the call may run at a point under the producer lock of a ring. */
export function mayRunUnderLock(call: CheckedCall): boolean {
  return TAKES_DOWN.includes(call.command.name);
}

/** The worker of a pool is one work item. It runs on one CPU at a time, and page_pool_destroy queues it at its end. */
function takesDownTwice(
  world: World,
  host: CheckedCall,
  hostObjects: readonly HandleObject[],
  call: CheckedCall,
): boolean {
  if (!TAKES_DOWN.includes(host.command.name) || !TAKES_DOWN.includes(call.command.name)) return false;
  return objectsOf(world, call).some((pool) => hostObjects.includes(pool));
}

/** Rules 4 and 5. */
function mayTouchPools(world: World, host: CheckedCall, call: CheckedCall): boolean {
  const hostConsumes = isOnPoolSide(host);
  const callConsumes = isOnPoolSide(call);
  if (hostConsumes && callConsumes)
    return world.rules.preemptRt && FREES.includes(host.command.name) && !saysDirect(host);
  if (hostConsumes && TAKES_DOWN.includes(call.command.name)) return false;
  return !(callConsumes && TAKES_DOWN.includes(host.command.name));
}

/** Returns whether the call may touch the cache of a pool. */
function isOnPoolSide(call: CheckedCall): boolean {
  return call.context === CONTEXT_NAPI || ALLOCATES.includes(call.command.name) || saysDirect(call);
}

function saysDirect({ command, args }: CheckedCall): boolean {
  if (command.name === 'page_pool_recycle_direct' || command.name === 'xdp_return_frame_rx_napi') return true;
  const at = command.args.findIndex(({ name }) => name === 'allow_direct');
  return at >= 0 && args[at] !== 0;
}

function dropsSkb({ command }: CheckedCall): boolean {
  return FREES_SKB.includes(command.name);
}

/** The handle numbers that a call names. */
function namesOf({ command, args }: CheckedCall): number[] {
  return command.handles.map(({ at }) => args[at]);
}
