import type { Command } from '../commands/command';
import { HOLD_WORDS } from '../commands/outside/link/settings';
import { WAIT_WORDS } from '../commands/outside/ring/send_plan';
import { SHUTDOWN_WORDS } from '../commands/outside/socket/end';
import { MAPPED_WORDS } from '../commands/outside/socket/zerocopy_recv';
import type { CommandName } from '../commands/command_name';
import { DELIVERED_MAX } from '../commands/mvneta/mvneta_limits';
import { ALL_COMMANDS } from '../commands/registry';
import type { OutsideFd, OutsideLink } from '../model/structs/outside';
import type { PageRef } from '../model/structs/page';
import type { SkBuff } from '../model/structs/sk_buff';
import type { Kind, ObjectOf } from '../model/world/kinds';
import type { World } from '../model/world/world';

/** A call that releases an object, or that settles a part of the world. */
export interface Release {
  readonly command: Command;
  /** Arguments of the call for the object of a handle number. */
  readonly argsOf: (id: number) => number[];
  /** Only a NAPI poll may make the call. */
  readonly needsSoftirq: boolean;
}

/** Everything that the generator knows about one kind. */
interface KindFacts<T> {
  /** Settle releases objects of a later stage only when an earlier stage has nothing left to release. */
  readonly stage: number;
  /** Calls that release the object: settle makes the first that is legal, from a drawn start. */
  readonly releases: readonly Release[];
  /** The one call that the object's state admits now; null where it admits any of `releases`; later: it admits none. */
  readonly due?: (object: T, world: World) => Release | 'later' | null;
  /** Many calls take the same object of this kind without having anything else to do with each other. */
  readonly isShared: boolean;
  /** Appends the parts of the object for which calls on two CPUs can race. */
  readonly addParts?: (object: T, parts: unknown[]) => void;
}

/** A pool whose pages are out would have to be asked again and again: it waits for the holders of pages. */
const HOLDERS = 0;
const POOLS = 1;
const OWNERS = 2;
export const STAGES = 3;

const MARK_FOR_RECYCLE = release('skb_mark_for_recycle');
const SET_MEM_INFO = release('skb_set_mem_info');
const KFREE_LIST = release('kfree_skb_list');
const FLUSH_BULK = release('xdp_do_flush', { argsOf: () => [], needsSoftirq: true });
/** Frees the skbs that wait for the CPU on which they were allocated. */
export const FLUSH_DEFERRED = release('skb_defer_free_flush', { argsOf: () => [], needsSoftirq: true });
/** Changes nothing while pages of the pool are out, so that no call of it counts as progress. */
export const POOL_RETRY = release('page_pool_release_retry');

const SHUTDOWN = release('shutdown', { argsOf: (id) => [id, SHUTDOWN_WORDS.indexOf('wr')] });
const DRAIN = release('drain');
const ZEROCOPY_DONE = release('zerocopy_done');
const STAMPS = release('stamps');
const RING_READ = release('ring_read');
/** Waits for the frames of a ring for sending, or only looks at them, where a queue may hold some. */
const RING_DONE = release('ring_send', { argsOf: (id) => [id, 0, 0, 0, 0, 0, 0, 0, WAIT_WORDS.indexOf('yes')] });
const RING_LOOK = release('ring_send', { argsOf: (id) => [id, 0, 0, 0, 0, 0, 0, 0, WAIT_WORDS.indexOf('no')] });
const XSK_READ = release('xsk_read', { argsOf: (id) => [id, 0] });
const URING_WAIT = release('uring_wait');
/** The mapping holds the socket, so that it goes first. */
const UNMAP = release('mapped', { argsOf: (id) => [id, MAPPED_WORDS.indexOf('unmap')] });
const LET_GO = release('link_hold', { argsOf: (id) => [id, HOLD_WORDS.indexOf('release')] });
const NIC_READY = release('nic_ready', { argsOf: () => [] });
const NIC_RECV = release('nic_recv');

const NAPI_BUDGET = 64;

export const KIND_FACTS: { readonly [K in Kind]: KindFacts<ObjectOf[K]> } = {
  skb: {
    stage: HOLDERS,
    releases: [
      release('kfree_skb'),
      release('consume_skb'),
      release('napi_consume_skb', { argsOf: (id) => [id, NAPI_BUDGET], needsSoftirq: true }),
    ],
    due: skbDue,
    isShared: false,
    addParts: addSkbParts,
  },
  page: {
    stage: HOLDERS,
    releases: [
      release('put_page'),
      release('page_pool_put_full_page', { argsOf: (id) => [id, 0] }),
      release('page_frag_free'),
      release('page_pool_put_full_netmem', { argsOf: (id) => [id, 0] }),
    ],
    isShared: false,
    addParts: addPageParts,
  },
  mapping: { stage: HOLDERS, releases: [release('dma_unmap_page')], isShared: false },
  frag_cache: { stage: HOLDERS, releases: [release('page_frag_cache_drain')], isShared: false },
  uarg: { stage: HOLDERS, releases: [release('net_zcopy_put')], isShared: true },
  pool: { stage: POOLS, releases: [release('page_pool_destroy'), POOL_RETRY], isShared: true },
  sock: { stage: OWNERS, releases: [release('sk_free')], isShared: true },
  device: { stage: OWNERS, releases: [release('device_remove')], isShared: true },
  napi: {
    stage: HOLDERS,
    releases: [release('gro_normal_list', { needsSoftirq: true }), release('netif_napi_del')],
    isShared: true,
  },
  rxq: { stage: POOLS, releases: [release('xdp_rxq_info_unreg')], isShared: true },
  xdp: { stage: HOLDERS, releases: [release('xdp_return_buff', { needsSoftirq: true })], isShared: false },
  frame: {
    stage: HOLDERS,
    releases: [
      release('xdp_return_frame'),
      release('xdp_return_frame_rx_napi', { argsOf: (id) => [id, 0], needsSoftirq: true }),
      release('xdp_return_frame_bulk', { argsOf: (id) => [id, -1, -1, -1] }),
    ],
    isShared: false,
  },
  cpumap: {
    stage: HOLDERS,
    releases: [release('cpu_map_delete_elem')],
    // The poll ends before the entry is deleted.
    due: ({ bulk }) => (bulk.length > 0 ? FLUSH_BULK : null),
    isShared: false,
  },
  netdev: { stage: HOLDERS, releases: [release('netdev_remove')], isShared: true },
  umem: { stage: OWNERS, releases: [release('umem_free')], isShared: true },
  xsk: {
    stage: HOLDERS,
    releases: [release('xsk_close')],
    isShared: false,
    addParts: ({ umem }, parts) => parts.push(umem),
  },
  pipe: { stage: HOLDERS, releases: [release('free_pipe_info')], isShared: false },
  mm: { stage: HOLDERS, releases: [release('tcp_close')], isShared: false },
  file: { stage: HOLDERS, releases: [release('shmem_truncate')], isShared: false },
  port: {
    stage: HOLDERS,
    releases: [
      release('mvneta_rx_drop', { argsOf: (id) => [id, DELIVERED_MAX] }),
      release('mvneta_stop'),
      release('mvneta_remove'),
    ],
    isShared: false,
  },
  fd: { stage: HOLDERS, releases: [release('close')], due: fdDue, isShared: true },
  // Devices go with the program's network namespace.
  link: { stage: OWNERS, releases: [], due: linkDue, isShared: true },
};

function release(name: CommandName, { argsOf, needsSoftirq }: Partial<Omit<Release, 'command'>> = {}): Release {
  const command = ALL_COMMANDS.find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command ${name} to release an object with`);
  return { command, argsOf: argsOf ?? ((id) => [id]), needsSoftirq: needsSoftirq ?? false };
}

/** A mark that the driver still owes comes first, and the skb again in the next pass. */
function skbDue({ owesMark, next }: SkBuff, world: World): Release | null {
  if (owesMark) return world.rules.poolReturn === 'mem_info' ? SET_MEM_INFO : MARK_FOR_RECYCLE;
  return next !== null ? KFREE_LIST : null;
}

/**
 * A stream ends as programs that lose nothing end it: all shut it down, then all read it to its end. Only then is it
 * closed.
 */
function fdDue(fd: OutsideFd, world: World): Release | 'later' | null {
  if (fd.what === 'ring' || fd.what === 'map') return dueBehindSockets(fd, world);
  if (fd.isStream && fd.peer !== null && !fd.shutWrite) return SHUTDOWN;
  if (fd.txRing !== null) return fd.txRing.settled ? null : mayHold(world) ? RING_LOOK : RING_DONE;
  if (!fd.drained && !fd.writes && !fd.listening) return readOf(fd);
  if (fd.maps !== 0) return UNMAP;
  if (fd.zerocopy && !fd.notified) return ZEROCOPY_DONE;
  return fd.stamps ? STAMPS : null;
}

const mayHold = (world: World): boolean => world.namesOf('link').some(({ object }) => object.holds);

/** The call that reads what is on its way to a descriptor. */
function readOf({ packetRing, xsk }: OutsideFd): Release {
  if (xsk !== null) return XSK_READ;
  return packetRing === null ? DRAIN : RING_READ;
}

/**
 * When all sockets are closed, nothing of a ring's requests waits any more, and each is notified. A map whose program
 * says where bytes go ends behind its sockets.
 */
function dueBehindSockets({ uring }: OutsideFd, world: World): Release | 'later' | null {
  if (world.namesOf('fd').some(({ object: { what } }) => what !== 'ring' && what !== 'map')) return 'later';
  return uring.settled || uring.requests === 0 ? null : URING_WAIT;
}

/** All that is on its way to a device of the machine is waited for. A queue lets go what it holds. */
function linkDue({ nic, holds }: OutsideLink, world: World): Release | null {
  if (holds) return LET_GO;
  if (nic === null || nic.settled) return null;
  const areUp = [0, 1].every((end) => world.namesOf('link').some(({ object }) => isUpAt(object, end)));
  return areUp && !nic.passed ? NIC_READY : NIC_RECV;
}

const isUpAt = ({ nic }: OutsideLink, end: number): boolean => nic?.end === end && nic.up;

function addSkbParts({ data }: SkBuff, parts: unknown[]): void {
  parts.push(data);
  if (data.page !== null) parts.push(data.page, data.page.pp);
  for (let i = 0; i < data.nrFrags; i++) parts.push(data.frags[i].page, data.frags[i].page.pp);
  if (data.uarg !== null) parts.push(data.uarg);
}

function addPageParts({ page }: PageRef, parts: unknown[]): void {
  parts.push(page, page.pp);
}
