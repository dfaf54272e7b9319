import { devmapValue } from '../../src/commands/outside/abi/bpf/map';
import { nearOf } from '../../src/commands/outside/link/devices';
import { flipped, type OutsideFault } from './outside_fault';
import { isFrameOf } from './outside_link_faults';

const FRAME_BYTES = 14 + 20 + 20 + 100;
const TWO_DEVICES = [
  ...['link1 = plain_veth()', 'link2 = plain_veth()', 'link3 = plain_veth()'],
  ...['xdp(link: link2, mode: native)', 'xdp(link: link3, mode: native)'],
  'xdp_redirect(link: link1, mode: native, flags: broadcast, to: link2, too: link3)',
  ...['fd4 = capture(link: link2)', 'fd5 = capture(link: link3)', 'burst(link: link1, flow: tcp4, size: 100)'],
].join('\n');
/** The numbers of names count from 0. */
const [SECOND, THIRD] = [1, 2];
const memberOf = (id: number): Buffer => devmapValue(nearOf({ id }).ifindex);

/** Faults of promises about maps of XDP. */
export const XDP_FAULTS: readonly OutsideFault[] = [
  {
    name: 'a map of XDP has one device twice',
    promise: 'xdp-map-holds',
    level: 'root',
    program: TWO_DEVICES,
    does: (program) => ({
      ...program,
      steps: program.steps.map((step) =>
        step.op === 'poke' && step.bytes.equals(memberOf(THIRD)) ? { ...step, bytes: memberOf(SECOND) } : step,
      ),
    }),
  },
  {
    name: 'a map of XDP loses the frame of its second device',
    promise: 'xdp-map-holds',
    level: 'root',
    program: TWO_DEVICES,
    says: ({ results, ...more }) => {
      const at = results.findLastIndex(isFrameOf(FRAME_BYTES));
      return { ...more, results: results.filter((_, i) => i !== at) };
    },
  },
  {
    name: 'a copy that a map of XDP sends has another byte',
    promise: 'filter-holds',
    level: 'root',
    program: TWO_DEVICES,
    says: ({ results, ...more }) => {
      const at = results.findLastIndex(isFrameOf(FRAME_BYTES));
      return { ...more, results: results.map((one, i) => (i === at ? flipped(one, 0, FRAME_BYTES - 1) : one)) };
    },
  },
];
