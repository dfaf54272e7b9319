import type { VERSION_WORDS } from '../../../commands/outside/ring/ring_capture';
import { BLOCK_BYTES, FRAME_BYTES, FRAME_WORDS, RING_OUT } from '../../../commands/outside/ring/ring_capture';
import { parseRingBlock, parseRingFrame, type RingFrame } from '../../../commands/outside/abi/packet_ring';
import { valueOf, wordOf } from '../args';
import type { History, Told } from '../history';
import type { JudgedFd } from '../judged_fd';
import { withTag } from '../links/read_frame';
import { judgeArrived, judgeCapture, judgeFrame } from '../packets';

/* Rings of frames that the kernel and a program share: PACKET_RX_RING. */

export function judgeRingCapture(history: History, told: Told): void {
  judgeCapture(history, told);
  const fd = history.fd(told.call.result);
  // The ring is not there: frames go to the socket's queue.
  const isThere =
    told.returnsOf('setsockopt').every((ret) => ret === 0) && told.returnsOf('mmap').every((ret) => ret > 0);
  if (fd === undefined) return;
  if (!isThere) fd.datagrams.lossy = true;
  const version = wordOf(told, 'version') as (typeof VERSION_WORDS)[number];
  fd.packetRing = {
    version,
    frameBytes: FRAME_BYTES[FRAME_WORDS[valueOf(told, 'frame')]],
    isExact: isThere,
    isWhole: isThere,
  };
}

/** tp_packets and tp_drops of struct tpacket_stats: the first counts the dropped ones, too. */
const [PACKETS_AT, DROPS_AT] = [0, 4];

export function judgeRingRead(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret, out }] = told.main;
  if (fd === undefined || fd.packetRing === null || ret < 0) return;
  const { packetRing: ring } = fd;
  const late = told.answersTo('getsockopt').slice(1);
  const bytes = late[0]?.out.at(RING_OUT.ring);
  if (bytes === undefined) return;
  const all = framesOf(ring, bytes);
  // The first version does not tell the tags that frames had.
  const mayHaveTags = history.devices.hasRules || history.links.all.some(({ kind }) => kind === 'vlan');
  const isKnown = ring.version !== 'v1' || !mayHaveTags;
  if (isKnown) for (const frame of all) judgeOne(history, fd, frame);
  else ring.isWhole = false;
  const kept = out[RING_OUT.statistics].readUInt32LE(PACKETS_AT) - out[RING_OUT.statistics].readUInt32LE(DROPS_AT);
  if (out[RING_OUT.statistics].readUInt32LE(DROPS_AT) > 0) ring.isWhole = false;
  // Frames that come before the ring is given back are in it or not, and in an open block or not, now and next time.
  const isQuiet = late.length === 2 && late.every((one) => one.ret === 0 && one.out[0].readUInt32LE(PACKETS_AT) === 0);
  if (!isQuiet) ring.isExact = ring.isWhole = false;
  if (!ring.isExact) return;
  const message =
    all.length === kept ? null : `the ring has ${all.length} frames, but ${kept} were received and not dropped`;
  history.ask('ring-counts', message, 'link');
  // A queue that was just let go sends a moment later.
  if (ring.isWhole && told.settling) judgeArrived(history, fd, told.settling);
}

function judgeOne(history: History, fd: JudgedFd, { data, bytes, tag }: RingFrame): void {
  // Longer than a frame of the ring: the rest is cut off.
  if (data.length < bytes && fd.packetRing !== null) fd.packetRing.isWhole = false;
  else judgeFrame(history, fd, tag === undefined ? data : withTag(data, tag.type, tag.tci));
}

function framesOf({ version, frameBytes }: NonNullable<JudgedFd['packetRing']>, ring: Buffer): RingFrame[] {
  const size = version === 'v3' ? BLOCK_BYTES : frameBytes;
  const parts = Array.from({ length: Math.floor(ring.length / size) }, (_, at) =>
    ring.subarray(at * size, (at + 1) * size),
  );
  return parts.flatMap((part) => {
    if (version === 'v3') return parseRingBlock(part) ?? [];
    return parseRingFrame(version === 'v1' ? 1 : 2, part) ?? [];
  });
}
