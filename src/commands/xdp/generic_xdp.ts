import { convertible } from '../../model/drivers/net/veth_xdp_rcv_skb';
import { xdpPassSkb } from '../../model/drivers/net/xdp_pass_skb';
import { slicePayload } from '../../model/lib/payload';
import { ENOMEM } from '../../model/lib/errno';
import { skbHeadlen, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';
import { ETH_HLEN } from '../../model/structs/if_ether';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { XDP_PACKET_HEADROOM } from '../../model/structs/xdp_buff';
import { MEM_TYPE_PAGE_SHARED } from '../../model/structs/xdp_mem_info';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';
import { liveObject } from '../../model/world/handles';
import type { Arg } from '../arg';
import type { Command } from '../command';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { consume, rxqOf, skbOf } from '../objects';
import { nameResult, pickHandle } from '../pick';
import { isSole, sendsUserPages } from '../skb/skb_contract';

const CUT_MAX = 4096;

function isPlainQueue(rxq: XdpRxqInfo): boolean {
  return rxq.mem.type === MEM_TYPE_PAGE_SHARED && rxq.fragSize === 0;
}

/** A packet that came through a pair of veths, or that a driver without XDP received. */
function mayRun(skb: SkBuff): boolean {
  if (!isSole(skb) || skb.ppRecycle || skb.owesMark || skb.destructor !== DESTRUCTOR_NONE || skb.sk !== null)
    return false;
  if (skbZcopy(skb) !== null || sendsUserPages(skb) || skb.data.headShared || skb.data.handedOut) return false;
  return skbHeadlen(skb) >= ETH_HLEN && skb.data.gsoSize === 0;
}

const ARGS = [
  { name: 'rxq', type: 'rxq' },
  { name: 'skb', type: 'skb', consumed: true },
  { name: 'head', type: 'int', min: 0, max: CUT_MAX, default: 0 },
  { name: 'tail', type: 'int', min: 0, max: CUT_MAX, default: 0 },
] as const satisfies readonly Arg[];

/**
 * A program cuts bytes off both ends of a packet that is an skb already, and passes it on (XDP_PASS). The result names
 * the skb, which is a copy in pages where the packet had to be converted; since 6.8 these pages are of a page_pool,
 * which makes no difference to the lengths.
 */
function passCommand(
  name: CommandName,
  opcode: number,
  rule: 'vethCountsFragsAgain' | 'genericXdpCountsFragsAgain',
): Command {
  return defineCommand({
    name,
    opcode,
    system: 'generic-xdp',
    args: ARGS,
    result: 'skb',
    outcomes: ['ok', 'enomem'],
    allocates: true,
    contextual: true,
    modelOnly: 'it is static, and wants a device with a program',
    weight: 48,
    usuallyNext: ['kfree_skb', 'skb_clone', '__pskb_pull_tail'],
    draw(world, draw, args) {
      args.rxq = pickHandle(world, draw, 'rxq', isPlainQueue);
      args.skb = pickHandle(world, draw, 'skb', mayRun);
      if (args.rxq < 0 || args.skb < 0) return false;
      const { len } = skbOf(world, args.skb);
      args.head = draw.chance(1, 4) ? draw.size(0, Math.min(64, len)) : 0;
      args.tail = draw.chance(3, 4) ? draw.size(0, Math.min(CUT_MAX, len)) : 0;
      return true;
    },
    applies(world, args) {
      return isPlainQueue(rxqOf(world, args.rxq)) && mayRun(skbOf(world, args.skb));
    },
    noteBefore(world, args) {
      return skbOf(world, args.skb).len;
    },
    run(world, args, result) {
      const skb = skbOf(world, args.skb);
      const { payload, len } = skb;
      consume(world, args.skb);
      const converted = convertible(world, skb);
      if (converted === null) {
        world.ret = -ENOMEM;
        return 1;
      }
      const linear = converted.data.page === null ? 0 : skbHeadlen(converted);
      xdpPassSkb(world, rxqOf(world, args.rxq), converted, args.head, args.tail, world.rules[rule]);
      // A program that asks for too much gets nothing.
      const head = linear - args.head >= ETH_HLEN ? args.head : 0;
      const tail = linear > 0 && len - head - args.tail >= ETH_HLEN ? args.tail : 0;
      converted.payload = slicePayload(payload, head, len - head - tail);
      nameResult(world, result, 'skb', converted);
      return 0;
    },
    /** A copy is charged for its pages: the first has room for the head, each other for a frag. */
    expectTruesize(world, _args, outcome, result, { note: len }) {
      const skb = liveObject(world, result, 'skb');
      if (outcome !== 'ok' || skb === null || skb.id <= world.lastIdBefore) return;
      const { pageSize, skBuffSize, sharedInfoSize, netIpAlign } = world.abi;
      const inHead = pageSize - XDP_PACKET_HEADROOM - netIpAlign - sharedInfoSize;
      skb.expectedTruesize = skBuffSize + pageSize * (1 + Math.ceil(Math.max(0, len - inHead) / pageSize));
    },
  });
}

export const GENERIC_XDP_COMMANDS: readonly Command[] = [
  passCommand('veth_xdp_rcv_skb_pass', 482, 'vethCountsFragsAgain'),
  passCommand('bpf_prog_run_generic_xdp', 483, 'genericXdpCountsFragsAgain'),
];
