import type { StepResult } from '../../src/commands/outside/step';
import { flipped, instead, nothing, told, type OutsideFault } from './outside_fault';

const VETH = ['link1 = veth()', 'fd2 = capture(link: link1)', 'burst(link: link1, flow: tcp4, size: 100)'].join('\n');
/** Headers of Ethernet, IPv4 and TCP, and the data. */
const FRAME_BYTES = 14 + 20 + 20 + 100;
const VIRTIO_BYTES = 10;
/** Bytes, struct msghdr and what is said beside the bytes. */
const FRAME_OUTS = 3;
export const isFrameOf =
  (bytes: number) =>
  ({ out, ret }: StepResult): boolean =>
    out.length === FRAME_OUTS && ret === bytes;
const isFrame = isFrameOf(FRAME_BYTES);

/** Faults of promises about packets that go through links. */
export const LINK_FAULTS: readonly OutsideFault[] = [
  {
    name: 'one bit of a packet is flipped on its way',
    promise: 'packet-unchanged',
    program: VETH,
    says: told(isFrame, (result) => flipped(result, 0, FRAME_BYTES - 1)),
  },
  {
    name: 'a packet comes out of a link twice',
    promise: 'packet-once',
    program: VETH,
    says: ({ results, ...more }) => ({
      ...more,
      results: results.flatMap((one) => (isFrame(one) ? [one, one] : [one])),
    }),
  },
  {
    name: 'a packet is lost in a link',
    promise: 'packet-arrives',
    program: VETH,
    does: instead('writev', nothing),
    says: told(
      ({ ret }) => ret === -9,
      (result) => ({ ...result, ret: VIRTIO_BYTES + FRAME_BYTES }),
    ),
  },
];
