import { defineCommand } from '../define_command';
import { xdpGetMetalen } from '../../model/net/core/xdp/xdp_buff';
import { xdpLinearizePage } from '../../model/net/core/xdp/xdp_linearize_page';
import { MEM_TYPE_PAGE_ORDER0, MEM_TYPE_PAGE_SHARED } from '../../model/structs/xdp_mem_info';
import type { Command } from '../command';
import { pickHandle } from '../pick';
import { xdpOf } from '../objects';
import { XDP_PACKET_HEADROOM, type XdpBuff } from '../../model/structs/xdp_buff';

const OUTCOMES = ['ok', 'too_long', 'enomem'] as const;

/** The program has not run, so the packet has no metadata. The queue puts plain pages. */
function mayLinearize(xdp: XdpBuff): boolean {
  const { type } = xdp.rxq.mem;
  return (
    !xdp.readOnly &&
    !xdp.linearized &&
    xdpGetMetalen(xdp) === 0 &&
    (type === MEM_TYPE_PAGE_SHARED || type === MEM_TYPE_PAGE_ORDER0)
  );
}

/** xdp_linearize_page(), a step of a driver: copies the packet to a page of its own. */
const XDP_LINEARIZE_PAGE = defineCommand({
  name: 'xdp_linearize_page',
  opcode: 278,
  system: 'xdp',
  modelOnly: 'a static function of virtio_net',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'headroom', type: 'int', min: 0, max: XDP_PACKET_HEADROOM, default: XDP_PACKET_HEADROOM, smallest: 0 },
  ],
  outcomes: OUTCOMES,
  allocates: true,
  contextual: false,
  weight: 6,
  draw(world, draw, args) {
    args.xdp = pickHandle(world, draw, 'xdp', mayLinearize);
    args.headroom = draw.chance(1, 2) ? XDP_PACKET_HEADROOM : draw.below(64);
    return args.xdp >= 0;
  },
  applies(world, args) {
    return mayLinearize(xdpOf(world, args.xdp));
  },
  run(world, args) {
    return OUTCOMES.indexOf(xdpLinearizePage(world, xdpOf(world, args.xdp), args.headroom));
  },
});

export const XDP_LINEARIZE_COMMANDS: readonly Command[] = [XDP_LINEARIZE_PAGE];
