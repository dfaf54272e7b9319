import type { Step } from '../../src/commands/outside/step';
import { flipped, told, type OutsideFault } from './outside_fault';
import { isFrameOf } from './outside_link_faults';

const FILTERED = (filter: string): string =>
  ['link1 = plain_veth()', 'link2 = plain_veth()', filter, 'fd3 = capture(link: link1)', 'fd4 = capture(link: link2)']
    .concat('burst(link: link1, flow: tcp4, size: 100)')
    .join('\n');
const VLAN = [
  ...['link1 = plain_veth()', 'link2 = vlan(link: link1, number: 3)', 'fd3 = capture(link: link2)'],
  'burst(link: link2, flow: udp6, size: 50)',
].join('\n');
const BRIDGE = [
  ...['link1 = plain_veth()', 'link2 = bridge()', 'link3 = plain_veth()', 'link4 = plain_veth()'],
  ...['bridge_port(bridge: link2, link: link1, side: far)', 'bridge_port(bridge: link2, link: link3, side: near)'],
  ...[
    'bridge_port(bridge: link2, link: link4, side: near)',
    'fd5 = capture(link: link3)',
    'fd6 = capture(link: link4)',
  ],
  'burst(link: link1, flow: tcp4, size: 100, to: nobody)',
].join('\n');
const FRAME_BYTES = 14 + 20 + 20 + 100;
const SEGMENTED_BYTES = 14 + 20 + 20 + 3000;

const words = (...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.from(Uint32Array.of(value).buffer)));
/** struct tc_gact with its action: ok is 0, shot is 2. */
const gactOf = (action: number): Buffer => words(0, 0, action, 0, 0);
/** IFLA_VLAN_ID. */
const vlanOf = (id: number): Buffer => Buffer.from([6, 0, 1, 0, id, 0]);

/** Other bytes in the last place of some in the messages of a program. */
function poked(from: Buffer, to: Buffer, text: string) {
  return <P extends { readonly steps: readonly Step[] }>(program: P): P => ({
    ...program,
    steps: program.steps.map((step) => {
      if (step.op !== 'poke' || !step.bytes.includes(text) || !step.bytes.includes(from)) return step;
      const bytes = Buffer.from(step.bytes);
      to.copy(bytes, bytes.lastIndexOf(from));
      return { ...step, bytes };
    }),
  });
}

/** Faults of promises about what acts on packets in links. */
export const TC_FAULTS: readonly OutsideFault[] = [
  {
    name: 'one bit of a packet to be segmented is flipped behind a filter',
    promise: 'packet-unchanged',
    program: [
      ...['link1 = plain_veth()', 'filter(link: link1, at: in, action: pass)', 'fd2 = capture(link: link1)'],
      'burst(link: link1, flow: tcp4, size: 3000, gso: 1000)',
    ].join('\n'),
    says: told(isFrameOf(SEGMENTED_BYTES), (result) => flipped(result, 0, SEGMENTED_BYTES - 1)),
  },
  {
    name: 'a filter lets pass what it should drop',
    promise: 'filter-holds',
    program: FILTERED('filter(link: link1, at: in, action: drop)'),
    does: poked(gactOf(2), gactOf(0), 'gact'),
  },
  {
    name: 'a filter drops what it should let pass',
    promise: 'filter-holds',
    program: FILTERED('filter(link: link1, at: in, action: pass)'),
    does: poked(gactOf(0), gactOf(2), 'gact'),
  },
  {
    name: 'a copy that a filter sends has another byte',
    promise: 'filter-holds',
    program: FILTERED('filter(link: link1, at: out, action: mirror, to: link2)'),
    says: ({ results, ...more }) => {
      const at = results.map(isFrameOf(FRAME_BYTES)).lastIndexOf(true);
      const flip = (bytes: Buffer): Buffer =>
        Buffer.from(bytes.map((byte, i) => (i === FRAME_BYTES - 1 ? byte ^ 1 : byte)));
      return { ...more, results: results.map((one, i) => (i === at ? { ...one, out: one.out.map(flip) } : one)) };
    },
  },
  {
    name: 'one end of a VLAN has another number',
    promise: 'frame-switched',
    program: VLAN,
    does: poked(vlanOf(3), vlanOf(4), 'vlan'),
  },
  {
    name: 'a bridge sends a frame to a port twice',
    promise: 'frame-switched',
    program: BRIDGE,
    says: ({ results, ...more }) => ({
      ...more,
      results: results.flatMap((one) => (isFrameOf(FRAME_BYTES)(one) ? [one, one] : [one])),
    }),
  },
  {
    name: 'a queue sends once what it should send twice',
    promise: 'queue-sends',
    program: FILTERED('queue(link: link1, kind: netem_twice)'),
    does: poked(words(0xffffffff), words(0), 'netem'),
  },
  {
    name: 'a queue sends a packet that comes thrice',
    promise: 'queue-sends',
    program: FILTERED('queue(link: link1, kind: netem_twice)'),
    says: (result) => {
      const at = result.results.findIndex(isFrameOf(FRAME_BYTES));
      const one = result.results[at];
      return at < 0
        ? result
        : { ...result, results: [...result.results.slice(0, at), one, ...result.results.slice(at)] };
    },
  },
];
