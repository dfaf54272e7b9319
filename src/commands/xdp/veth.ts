import { defineCommand } from '../define_command';
import { devMapRedirectClone } from '../../model/kernel/bpf/dev_map_generic_redirect';
import { ENOMEM, EOPNOTSUPP } from '../../model/lib/errno';
import { concatPayload, slicePayload } from '../../model/lib/payload';
import { type SkBuff } from '../../model/structs/sk_buff';
import { vethXdpRcvSkb } from '../../model/drivers/net/veth_xdp_rcv_skb';
import { MEM_TYPE_PAGE_SHARED } from '../../model/structs/xdp_mem_info';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import { isWhole, sendsUserPages, SKB_NAMES_MAX } from '../skb/skb_contract';
import { XDP_NAMES_MAX } from './xdp_contract';
import { rxqOf } from '../objects';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';
import { skbHeadlen, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';
import { ETH_HLEN } from '../../model/structs/if_ether';

const WRITE_MAX = 64;

/** A queue of a veth: pages are put when they return. */
function isVethQueue(rxq: XdpRxqInfo): boolean {
  return rxq.mem.type === MEM_TYPE_PAGE_SHARED && rxq.fragSize === 0;
}

/**
 * The skb came through the pair: the Ethernet header is in the linear part, and skb_orphan_frags_rx copied user pages
 * on the way.
 */
function mayArrive(skb: SkBuff): boolean {
  return (
    isWhole(skb) &&
    skbHeadlen(skb) >= ETH_HLEN &&
    skbZcopy(skb) === null &&
    !sendsUserPages(skb) &&
    !skb.data.headShared &&
    !skb.data.handedOut
  );
}

/** The program returns XDP_REDIRECT; the next calls decide the fate of the xdp_buff. */
const VETH_XDP_RCV_SKB = defineCommand({
  name: 'veth_xdp_rcv_skb',
  opcode: 460,
  system: 'veth',
  args: [
    { name: 'rxq', type: 'rxq' },
    { name: 'skb', type: 'skb', consumed: true },
  ],
  result: 'xdp',
  outcomes: ['ok', 'dropped'],
  allocates: true,
  contextual: true,
  before: { after: '6.1', by: '6.12' },
  modelOnly: 'it is static in the veth driver (6.12: with pages of a page pool)',
  weight: 48,
  usuallyNext: ['xdp_convert_buff_to_frame', 'xdp_return_buff', 'bpf_xdp_adjust_tail', 'bpf_xdp_adjust_head'],
  draw(world, draw, args) {
    if (countHandles(world, 'xdp') >= XDP_NAMES_MAX) return false;
    args.rxq = pickHandle(world, draw, 'rxq', isVethQueue);
    args.skb = pickHandle(world, draw, 'skb', mayArrive);
    return args.rxq >= 0 && args.skb >= 0;
  },
  applies(world, args) {
    return isVethQueue(rxqOf(world, args.rxq)) && mayArrive(skbOf(world, args.skb));
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    const { payload } = skb;
    consume(world, args.skb);
    const xdp = vethXdpRcvSkb(world, rxqOf(world, args.rxq), skb);
    if (xdp === null) {
      world.ret = -ENOMEM;
      return 1;
    }
    xdp.payload = payload;
    nameResult(world, result, 'xdp', xdp);
    return 0;
  },
});

function mayBroadcast(world: World, skb: SkBuff): boolean {
  return mayArrive(skb) && skb.data.gsoType === 0 && countHandles(world, 'skb') < SKB_NAMES_MAX;
}

/**
 * The program of the map entry writes the first `len` bytes and passes the packet on. The result is the skb that the
 * device sends.
 */
const DEV_MAP_REDIRECT_CLONE = defineCommand({
  name: 'dev_map_redirect_clone',
  opcode: 461,
  system: 'veth',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'len', type: 'int', min: 1, max: WRITE_MAX, smallest: 1 },
  ],
  result: 'skb',
  outcomes: ['ok', 'enomem', 'eopnotsupp'],
  allocates: true,
  contextual: true,
  modelOnly: 'it is static; the VMs have no map with programs',
  weight: 12,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => mayBroadcast(world, skb));
    if (args.skb < 0) return false;
    args.len = draw.size(1, Math.min(WRITE_MAX, skbHeadlen(skbOf(world, args.skb))));
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return mayBroadcast(world, skb) && args.len <= skbHeadlen(skb);
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    if (skb.dataLen > 0) {
      world.ret = -EOPNOTSUPP;
      return 2;
    }
    const sent = devMapRedirectClone(world, skb);
    if (sent === null) {
      world.ret = -ENOMEM;
      return 1;
    }
    const written = world.memory.writeStamp(sent.data.head + sent.dataOffset, args.len, world.stamp++);
    sent.payload = concatPayload([written, args.len], slicePayload(skb.payload, args.len, skb.len - args.len));
    nameResult(world, result, 'skb', sent);
    return 0;
  },
});

export const VETH_COMMANDS: readonly Command[] = [VETH_XDP_RCV_SKB, DEV_MAP_REDIRECT_CLONE];
