import type { StepResult } from '../../src/commands/outside/step';
import { flipped, instead, nothing, told, type OutsideFault } from './outside_fault';

const VETH = ['link1 = veth()', 'fd2 = capture(link: link1)', 'burst(link: link1, flow: tcp4, size: 100)'].join('\n');
const TUNNEL = [
  ...['link1 = plain_veth()', 'link2 = tunnel(link: link1, kind: gretap)', 'fd3 = capture(link: link2)'],
  'burst(link: link2, flow: tcp4, size: 100)',
].join('\n');
const DATAGRAM_BYTES = 1000;
const PIECE_BYTES = 504;
const FRAGMENTS = [
  ...['link1 = plain_veth()', 'self_path(link: link1)', 'fd2 = path_udp(kind: udp_path)'],
  `fragments(link: link1, to: fd2, size: ${DATAGRAM_BYTES}, piece: ${PIECE_BYTES})`,
].join('\n');
/** A virtio header, headers of Ethernet and IPv4, and the data. */
const FRAGMENT_BYTES = 10 + 14 + 20 + PIECE_BYTES;
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
  {
    name: 'a packet is lost in a tunnel',
    promise: 'packet-arrives',
    program: TUNNEL,
    does: instead('writev', nothing),
    says: told(
      ({ ret }) => ret === -9,
      (result) => ({ ...result, ret: VIRTIO_BYTES + FRAME_BYTES }),
    ),
  },
  {
    name: 'a fragment is lost, and the datagram with it',
    promise: 'datagram-arrives',
    program: FRAGMENTS,
    does: instead('writev', nothing),
    says: told(
      ({ ret }) => ret === -9,
      (result) => ({ ...result, ret: FRAGMENT_BYTES }),
    ),
  },
  {
    name: 'a fragment has another byte than the datagram that is put together',
    promise: 'datagram-whole',
    program: FRAGMENTS,
    says: told(
      ({ out, ret }) => out.length === 1 && ret === DATAGRAM_BYTES,
      (result) => flipped(result, 0, FRAGMENT_BYTES),
    ),
  },
];
