import { defineCommand } from '../define_command';
import { CACHE_LINE } from '../limits';
import { xdpBuffHasFrags } from '../../model/net/core/xdp/xdp_buff';
import { xdpBuildSkbFromBuff } from '../../model/net/core/xdp/xdp_build_skb_from_buff';
import { xdpBuildSkbFromZc } from '../../model/net/core/xdp/xdp_build_skb_from_zc';
import { MEM_TYPE_XSK_BUFF_POOL } from '../../model/structs/xdp_mem_info';
import type { PagePool } from '../../model/structs/page_pool';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import { CONTEXT_PROCESS, type World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, poolOf, xdpOf } from '../objects';
import { countHandles, nameResult, pickBestOfThree, pickHandle } from '../pick';
import { SKB_NAMES_MAX } from '../skb/skb_contract';
import { expectCharge, isWritableBuff, withoutMac } from './xdp_frame';

const AFTER = ['kfree_skb', 'napi_consume_skb', 'skb_try_coalesce', 'skb_clone', '__pskb_pull_tail'] as const;

function mayBuildFromBuff(xdp: XdpBuff): boolean {
  return isWritableBuff(xdp) && xdp.rxq.mem.type !== MEM_TYPE_XSK_BUFF_POOL;
}

/** The step of a driver on XDP_PASS: ice_clean_rx_irq, fbnic, enetc (7.3). The first buffer and all frags move. */
const XDP_BUILD_SKB_FROM_BUFF = defineCommand({
  name: 'xdp_build_skb_from_buff',
  opcode: 294,
  system: 'xdp',
  since: '6.14',
  kernelSince: '6.15',
  args: [{ name: 'xdp', type: 'xdp', consumed: true }],
  result: 'skb',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 24,
  usuallyNext: [...AFTER],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.xdp = pickBestOfThree(world, draw, 'xdp', mayBuildFromBuff, (xdp) => xdp.sinfo.nrFrags);
    return args.xdp >= 0;
  },
  applies(world, args) {
    return mayBuildFromBuff(xdpOf(world, args.xdp));
  },
  /** The memory of the packet: a buffer for the head and for each frag. */
  noteBefore(world, args) {
    const xdp = xdpOf(world, args.xdp);
    return (1 + (xdpBuffHasFrags(xdp) ? xdp.sinfo.nrFrags : 0)) * (xdp.bufferEnd - xdp.dataHardStart);
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    const { payload } = xdp;
    const skb = xdpBuildSkbFromBuff(world, xdp);
    consume(world, args.xdp);
    skb.payload = withoutMac(payload);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
  expectTruesize(world, _args, _outcome, result, { note: buffers }) {
    expectCharge(world, result, world.abi.skBuffSize + buffers);
  },
});

/**
 * A packet of user memory, in one or several chunks. The buffer has room for skb_shared_info behind the packet, as
 * xsk_pool_get_tailroom reserves it.
 */
function mayCopyZc(world: World, xdp: XdpBuff): boolean {
  if (xdp.chunk === null || xdp.readOnly || world.context === CONTEXT_PROCESS) return false;
  if (xdp.dataEnd - xdp.dataHardStart > xdp.frameSz - world.abi.sharedInfoSize - CACHE_LINE) return false;
  const { frags, nrFrags } = xdp.sinfo;
  return !xdpBuffHasFrags(xdp) || frags.slice(0, nrFrags).every(({ size }) => size % CACHE_LINE === 0);
}

/** The pool stands for the CPU's system_page_pool, which maps nothing (net_page_pool_create). */
function mayBeSystemPool(pool: PagePool): boolean {
  return pool.userCnt > 0 && pool.flags === 0 && pool.order === 0 && pool.provider === null;
}

/** The charges of the copies: a whole page where more than half is used, else the piece, the last with the rest. */
function copiedMemory(world: World, pool: PagePool, sizes: readonly number[]): number {
  const { pageSize, ppFragAlign } = world.abi;
  let at = pool.fragPage === null ? pageSize : pool.fragOffset;
  let sum = 0;
  for (const size of sizes) {
    if (size * 2 > pageSize) {
      sum += pageSize;
      continue;
    }
    const aligned = Math.ceil(size / ppFragAlign) * ppFragAlign;
    const start = at + aligned > pageSize ? 0 : at;
    const isLast = start + aligned + size > pageSize;
    at = isLast ? pageSize : start + aligned;
    sum += isLast ? pageSize - start : size;
  }
  return sum;
}

/** The step of a driver in AF_XDP zerocopy mode on XDP_PASS: ice_clean_rx_irq_zc, gve, libeth_xsk (7.3). */
const XDP_BUILD_SKB_FROM_ZC = defineCommand({
  name: 'xdp_build_skb_from_zc',
  opcode: 295,
  system: 'xdp',
  since: '6.14',
  kernelSince: '6.15',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'pool', type: 'pool' },
  ],
  result: 'skb',
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  weight: 48,
  usuallyNext: [...AFTER, 'xsk_buff_alloc'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.xdp = pickBestOfThree(
      world,
      draw,
      'xdp',
      (xdp) => mayCopyZc(world, xdp),
      (xdp) => xdp.sinfo.nrFrags,
    );
    args.pool = pickHandle(world, draw, 'pool', mayBeSystemPool);
    return args.xdp >= 0 && args.pool >= 0;
  },
  applies(world, args) {
    return mayCopyZc(world, xdpOf(world, args.xdp)) && mayBeSystemPool(poolOf(world, args.pool));
  },
  noteBefore(world, args) {
    const xdp = xdpOf(world, args.xdp);
    const { frags, nrFrags } = xdp.sinfo;
    const sizes = xdpBuffHasFrags(xdp) ? frags.slice(0, nrFrags).map(({ size }) => size) : [];
    return copiedMemory(world, poolOf(world, args.pool), [xdp.frameSz, ...sizes]);
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    const { payload } = xdp;
    const skb = xdpBuildSkbFromZc(world, xdp, poolOf(world, args.pool));
    if (skb === null) return 1;
    consume(world, args.xdp);
    skb.payload = withoutMac(payload);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
  expectTruesize(world, _args, outcome, result, { note: memory }) {
    if (outcome === 'ok') expectCharge(world, result, world.abi.skBuffSize + memory);
  },
});

export const XDP_PASS_COMMANDS: readonly Command[] = [XDP_BUILD_SKB_FROM_BUFF, XDP_BUILD_SKB_FROM_ZC];
