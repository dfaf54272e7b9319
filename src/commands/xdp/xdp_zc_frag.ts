import { defineCommand } from '../define_command';
import { concatPayload } from '../../model/lib/payload';
import { dropXdpBuff, xdpBuffHasFrags, xdpGetMetalen } from '../../model/net/core/xdp/xdp_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume } from '../objects';
import { CACHE_LINE } from '../limits';
import { pickHandle } from '../pick';
import { xdpOf } from '../objects';
import { XDP_FLAGS_HAS_FRAGS, type XdpBuff } from '../../model/structs/xdp_buff';
import type { XskChunk } from '../../model/structs/xsk_buff_pool';

function isLinearZc(xdp: XdpBuff): boolean {
  return xdp.chunk !== null && !xdpBuffHasFrags(xdp) && xdpGetMetalen(xdp) === 0;
}

/** The pool has one list, for one packet at a time. The skb_shared_info lies behind the bytes of the first buffer. */
function mayTake(world: World, xdp: XdpBuff): boolean {
  if (xdp.chunk === null || xdp.readOnly) return false;
  // xsk_pool_get_rx_frag_step() (7.3): a queue of AF_XDP has buffers as large as chunks.
  const { fragSize } = xdp.rxq;
  if (world.rules.buildsSkbFromBuff && fragSize !== 0 && fragSize !== world.abi.pageSize) return false;
  const first = xdp.chunk.pool.xskbList.length === 0;
  return first !== xdpBuffHasFrags(xdp) && xdp.dataEnd <= world.abi.pageSize - world.abi.sharedInfoSize;
}

/**
 * xsk_buff_add_frag(): a driver in zerocopy mode receives a packet in several chunks (i40e_add_xsk_frag,
 * ice_add_xsk_frag).
 */
const XSK_BUFF_ADD_FRAG = defineCommand({
  name: 'xsk_buff_add_frag',
  opcode: 293,
  system: 'xdp',
  since: '6.6',
  // Until 6.14 it is one step of two: the driver fills skb_shared_info itself.
  kernelSince: '6.15',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'frag', type: 'xdp', consumed: true },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 24,
  draw(world, draw, args) {
    // Packets with whole cache lines in further chunks can become skbs (xdp_build_skb_from_zc).
    const whole = world.rules.buildsSkbFromBuff && draw.chance(7, 8);
    const suits = (xdp: XdpBuff): boolean => isLinearZc(xdp) && (!whole || (xdp.dataEnd - xdp.data) % CACHE_LINE === 0);
    args.frag = pickHandle(world, draw, 'xdp', suits);
    if (args.frag < 0) return false;
    const frag = xdpOf(world, args.frag);
    args.xdp = pickHandle(
      world,
      draw,
      'xdp',
      (xdp) => xdp !== frag && xdp.chunk?.pool === frag.chunk?.pool && mayTake(world, xdp),
    );
    return args.xdp >= 0;
  },
  applies(world, args) {
    const [xdp, frag] = [xdpOf(world, args.xdp), xdpOf(world, args.frag)];
    return xdp !== frag && isLinearZc(frag) && xdp.chunk?.pool === frag.chunk?.pool && mayTake(world, xdp);
  },
  run(world, args) {
    const [xdp, frag] = [xdpOf(world, args.xdp), xdpOf(world, args.frag)];
    const { sinfo } = xdp;
    const size = frag.dataEnd - frag.data;
    consume(world, args.frag);
    if (!xdpBuffHasFrags(xdp)) {
      sinfo.nrFrags = 0;
      sinfo.xdpFragsSize = 0;
      xdp.flags |= XDP_FLAGS_HAS_FRAGS;
    }
    sinfo.frags[sinfo.nrFrags++] = {
      page: frag.page,
      offset: frag.data,
      size,
      ofPool: false,
      bufferEnd: frag.bufferEnd,
    };
    sinfo.xdpFragsSize += size;
    const chunk = frag.chunk as XskChunk;
    chunk.pool.xskbList.push(chunk);
    xdp.payload = concatPayload(xdp.payload, frag.payload);
    dropXdpBuff(world, frag);
    return 0;
  },
});

export const XDP_ZC_FRAG_COMMANDS: readonly Command[] = [XSK_BUFF_ADD_FRAG];
