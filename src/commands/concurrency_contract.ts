import { liveHandle } from '../model/world/handles';
import { CONTEXT_NAPI, type HandleObject, type Kind, type World } from '../model/world/world';
import type { Command } from './command';
import { names, type CommandName } from './command_name';

/*
 * What two CPUs may do at the same time: the contract between a call of the first CPU and one of the second that runs in the middle
 * of it. Each rule is the kernel's own. What one lock protects needs no rule here: it has no point inside (model/world/preemption.ts).
 *
 *  1. Who holds a reference by a name of his own uses that name alone. Two calls share no name, except of objects that both CPUs
 *     may use by the kernel's own locks and counters: SHARED_KINDS.
 *  2. Two users of one sk_buff (skb_get) may drop it at once: users is a refcount_t. Nothing else: whoever changes or reads an sk_buff
 *     does so as its only user, or under the lock of the queue that it stands in.
 *  3. Sharers of one head (skb_clone) need no rule: dataref is atomic, and each looks at skb_cloned() before it writes.
 *  4. The cache of a page_pool has no lock: it belongs to the NAPI that allocates. At most one of the two calls is on that side
 *     (page_pool_alloc_*, direct recycling, anything in the context of the pool's NAPI). On PREEMPT_RT a softirq can be preempted by
 *     that NAPI on the same CPU, which then is two calls there: only a caller who says allow_direct promises that he is the NAPI.
 *  5. A driver stops its NAPI before it destroys its pool (page_pool_disable_direct_recycling: napi_assert_will_not_race): no call on
 *     that side beside page_pool_destroy, nor beside the worker.
 *  6. A ring's producer lock is a spinlock: while the first CPU holds it, page_pool_release goes on up to where it waits for the lock
 *     (model/net/core/page_pool/page_pool_producer.ts). Whatever else might want it runs after the call: mayRunUnderLock.
 *  7. What is done once, by whoever sets a device up or takes it down, has no second CPU: SECOND_CPU names what has.
 */

/** Kinds whose objects both CPUs may use: pools, sockets, user memory and zerocopy owners have locks or atomic counters of their own. */
const SHARED_KINDS: readonly Kind[] = ['pool', 'sock', 'uarg', 'umem', 'device', 'netdev'];

const FREES_SKB: readonly CommandName[] = ['kfree_skb', 'consume_skb', 'napi_consume_skb'];

/** What runs on another CPU in the middle of something else: packets that are freed, copied and changed, pages that come and go. */
const SECOND_CPU: ReadonlySet<CommandName> = new Set([
  ...FREES_SKB,
  ...names('skb_clone', 'skb_copy', 'pskb_copy', 'skb_try_coalesce', 'pskb_expand_head', 'skb_cow', 'skb_unclone'),
  ...names('skb_unshare', 'skb_share_check', 'skb_linearize', '__pskb_pull_tail', '___pskb_trim', 'skb_orphan'),
  ...names('put_page', 'page_frag_free', 'net_zcopy_put'),
  ...names('page_pool_put_page', 'page_pool_put_full_page', 'page_pool_recycle_direct', 'page_pool_put_page_bulk'),
  ...names('page_pool_release_page', 'page_pool_alloc_pages', 'page_pool_alloc_frag'),
  ...names('page_pool_destroy', 'page_pool_release_retry', '__free_pages', 'xsk_sendto'),
]);

/** What any softirq may call, whichever NAPI runs on the CPU. */
const FREES: readonly CommandName[] = [
  ...FREES_SKB,
  ...names('page_pool_put_page', 'page_pool_put_full_page', 'page_pool_put_page_bulk'),
];
const ALLOCATES: readonly CommandName[] = ['page_pool_alloc_pages', 'page_pool_alloc_frag'];
const TAKES_DOWN: readonly CommandName[] = ['page_pool_destroy', 'page_pool_release_retry'];

/** What the rules ask of a call. */
interface Made {
  readonly command: Command;
  readonly args: readonly number[];
  readonly context: number;
}

/** Could any moment of another call be one for this command? */
export function hasSecondCpu(command: Command): boolean {
  return SECOND_CPU.has(command.name);
}

/** The objects that a call names, before it runs: some of the names may be gone when that is asked later. */
export function objectsOf(world: World, { command, args }: Made, objects: HandleObject[] = []): HandleObject[] {
  objects.length = 0;
  for (const { at } of command.handles) {
    const handle = liveHandle(world, args[at]);
    if (handle !== null) objects.push(handle.object);
  }
  return objects;
}

/**
 * @param hostObjects - what `host` named when it began
 * @param call - of the second CPU; its own contract is asked elsewhere
 */
export function mayRunBeside(world: World, host: Made, hostObjects: readonly HandleObject[], call: Made): boolean {
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

/** At a point under the producer lock of a ring. */
export function mayRunUnderLock(call: Made): boolean {
  return TAKES_DOWN.includes(call.command.name);
}

/** The worker of a pool is one work item, that runs on one CPU at a time, and is queued when page_pool_destroy is done. */
function takesDownTwice(world: World, host: Made, hostObjects: readonly HandleObject[], call: Made): boolean {
  if (!TAKES_DOWN.includes(host.command.name) || !TAKES_DOWN.includes(call.command.name)) return false;
  return objectsOf(world, call).some((pool) => hostObjects.includes(pool));
}

/** Rules 4 and 5. */
function mayTouchPools(world: World, host: Made, call: Made): boolean {
  const hostConsumes = isOnPoolSide(host);
  const callConsumes = isOnPoolSide(call);
  if (hostConsumes && callConsumes)
    return world.rules.preemptRt && FREES.includes(host.command.name) && !saysDirect(host);
  if (hostConsumes && TAKES_DOWN.includes(call.command.name)) return false;
  return !(callConsumes && TAKES_DOWN.includes(host.command.name));
}

/** The call may touch the cache of a pool. */
function isOnPoolSide(made: Made): boolean {
  return made.context === CONTEXT_NAPI || ALLOCATES.includes(made.command.name) || saysDirect(made);
}

function saysDirect({ command, args }: Made): boolean {
  if (command.name === 'page_pool_recycle_direct' || command.name === 'xdp_return_frame_rx_napi') return true;
  const at = command.args.findIndex(({ name }) => name === 'allow_direct');
  return at >= 0 && args[at] !== 0;
}

function dropsSkb({ command }: Made): boolean {
  return FREES_SKB.includes(command.name);
}

/** Handles that a call names. */
function namesOf({ command, args }: Made): number[] {
  return command.handles.map(({ at }) => args[at]);
}
