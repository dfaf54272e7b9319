import type { StepResult } from '../../src/commands/outside/step';
import { XSK_ENTRY_BYTES, XSK_RING_OFFSETS } from '../../src/commands/outside/abi/xsk';
import { RING_ENTRIES, XDP_HEADROOM } from '../../src/commands/outside/xsk/layout';
import { XSK_OUT } from '../../src/commands/outside/xsk/read';
import { flipped, told, written, type OutsideFault } from './outside_fault';

const CHUNK_BYTES = 2048;
const RECEIVING = 'link1 = plain_veth()\nfd1 = xsk(link: link1, side: far)\nburst(link: link1, flow: udp4, size: 100)';
const SENDING = 'link1 = plain_veth()\nfd1 = xsk(link: link1)\nxsk_send(fd: fd1, flow: udp4, size: 100)';
/** In the data of a datagram, behind the headers of Ethernet, IPv4 and UDP. */
const DATA_AT = XDP_HEADROOM + 14 + 20 + 8;
const OUTS = Object.keys(XSK_OUT).length;

const countOf = ({ out }: StepResult, counter: number): number =>
  out.length === OUTS ? out[counter].readUInt32LE() : 0;
const hasFrames = (result: StepResult): boolean => countOf(result, XSK_OUT.received) > 0;
const hasCompletions = (result: StepResult): boolean => countOf(result, XSK_OUT.completed) > 0;
const isRead = ({ out }: StepResult): boolean => out.length === OUTS;

/** The same bit of each frame: the kernel sends some of its own before that of the program. */
function flippedFrames(result: StepResult): StepResult {
  const chunks = Array.from({ length: RING_ENTRIES }, (_, chunk) => chunk * CHUNK_BYTES + DATA_AT);
  return chunks.reduce((before, at) => flipped(before, XSK_OUT.memory, at), result);
}

/** The first completion stands in the ring twice. */
function completedTwice(result: StepResult): StepResult {
  const twice = written(result, XSK_OUT.completed, 0, countOf(result, XSK_OUT.completed) + 1);
  const ring = twice.out[XSK_OUT.completion];
  const first = ring.readInt32LE(XSK_RING_OFFSETS.entries);
  return written(twice, XSK_OUT.completion, XSK_RING_OFFSETS.entries + XSK_ENTRY_BYTES.completion, first);
}

/** Faults of promises about sockets of AF_XDP. */
export const XSK_FAULTS: readonly OutsideFault[] = [
  {
    name: 'one bit of a frame in a chunk is flipped',
    promise: 'xsk-frames',
    level: 'root',
    program: RECEIVING,
    says: told(hasFrames, flippedFrames),
  },
  {
    name: 'a frame of AF_XDP is lost',
    promise: 'xsk-frames',
    level: 'root',
    program: RECEIVING,
    says: told(hasFrames, (result) => written(result, XSK_OUT.received, 0, 0)),
  },
  {
    name: 'the kernel writes to a chunk of user space',
    promise: 'chunk-is-owned',
    program: SENDING,
    says: told(isRead, (result) => flipped(result, XSK_OUT.memory, (RING_ENTRIES + 1) * CHUNK_BYTES)),
  },
  {
    name: 'a frame is in a chunk that the kernel was not given',
    promise: 'chunk-is-owned',
    level: 'root',
    program: RECEIVING,
    says: told(hasFrames, (result) =>
      written(result, XSK_OUT.rx, XSK_RING_OFFSETS.entries, RING_ENTRIES * CHUNK_BYTES),
    ),
  },
  {
    name: 'a descriptor of AF_XDP completes twice',
    promise: 'xsk-completes',
    program: SENDING,
    says: told(hasCompletions, completedTwice),
  },
  {
    name: 'a descriptor of AF_XDP never completes',
    promise: 'xsk-completes',
    program: SENDING,
    says: told(hasCompletions, (result) => written(result, XSK_OUT.completed, 0, 0)),
  },
];
