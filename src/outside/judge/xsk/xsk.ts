import { patternOf } from '../../../commands/outside/abi/pattern';
import {
  parseXskDescriptors,
  parseXskStatistics,
  XSK_ENTRY_BYTES,
  XSK_RING_OFFSETS,
} from '../../../commands/outside/abi/xsk';
import { fillSeed } from '../../../commands/outside/fill';
import { SIDE_WORDS } from '../../../commands/outside/link/bridge';
import { XDP_MODE_WORDS, XDP_OFF_MESSAGES } from '../../../commands/outside/link/xdp';
import { partBytes, partOffset, RING_ENTRIES } from '../../../commands/outside/xsk/layout';
import { XSK_OUT } from '../../../commands/outside/xsk/read';
import { burstOf, endSend, flowOf, planOf, WAKE_WORDS } from '../../../commands/outside/xsk/send_plan';
import { xskOf } from '../../../commands/outside/xsk/xsk';
import { valueOf } from '../args';
import type { History, Told } from '../history';
import { JudgedFd } from '../judged_fd';
import { acksOf } from '../links/acks';
import type { JudgedDevice } from '../links/device';
import { hidePaths } from '../links/paths';
import { JudgedXsk, type SentDescriptor } from './judged_xsk';

/* Sockets of AF_XDP: Documentation/networking/af_xdp.rst. */

export function judgeXsk(history: History, told: Told): void {
  const ends = history.devices.of(valueOf(told, 'link'));
  const link = history.links.link(valueOf(told, 'link'));
  if (ends === undefined || link === undefined) return;
  const device = SIDE_WORDS[valueOf(told, 'side')] === 'far' ? ends.far : ends.near;
  // Frames that it sends come out without a filter, and those that it receives do not come out.
  history.devices.isSwitched = true;
  const fd = history.add(new JudgedFd(told.call.result, 'socket', 'xdp', 'dgram'));
  fd.datagrams.unknown = fd.datagrams.lossy = true;
  const numbers = ['side', 'flags', 'chunk', 'headroom', 'fill'] as const;
  const args = Object.fromEntries(numbers.map((name) => [name, valueOf(told, name)])) as Record<
    (typeof numbers)[number],
    number
  >;
  const other = history.fd(valueOf(told, 'share'))?.xsk?.belief ?? null;
  const belief = xskOf(link, args, told.call.result, other);
  const xsk = new JudgedXsk(belief, device, patternOf(fillSeed(told.position), partBytes(belief.settings)));
  fd.xsk = xsk;
  const others = [...told.returnsOf('setsockopt'), ...told.returnsOf('mmap')];
  if (told.main[0].ret < 0 || others.some((ret) => ret < 0)) {
    xsk.isLost = true;
    xsk.state = 'closed';
  }
  loseDoubled(history, xsk);
  judgeProgram(history, told, device, xsk);
}

/** A third socket has the half of a memory that another one has: they write over each other's frames. */
function loseDoubled(history: History, xsk: JudgedXsk): void {
  const { memory, part } = xsk.belief.settings;
  for (const { xsk: other } of history.all()) {
    if (other === null || other === xsk) continue;
    const { settings } = other.belief;
    if (settings.memory === memory && settings.part === part) other.isLost = xsk.isLost = true;
  }
}

/** The program that hands frames to the socket. A user cannot load it: the call then only takes older ones off. */
function judgeProgram(history: History, told: Told, device: JudgedDevice, xsk: JudgedXsk): void {
  history.devices.hasRules = true;
  hidePaths(history);
  device.xdp = null;
  const answer = acksOf(told).get(XDP_OFF_MESSAGES + 1);
  if (answer === undefined) device.isUncertain = true;
  if (answer !== 0) return;
  // The map has no socket, so that frames pass, or one that is not bound.
  const mode = XDP_MODE_WORDS[valueOf(told, 'mode')] === 'generic' ? 'generic' : 'native';
  if (xsk.isLost) device.isUncertain = true;
  else device.xdp = { flow: null, deeds: [], end: 'continue', mode, socket: xsk };
}

const EBUSY = -16;

export function judgeXskSend(history: History, told: Told): void {
  const xsk = history.fd(valueOf(told, 'fd'))?.xsk;
  if (xsk === null || xsk === undefined) return;
  const args = {
    ...{ flow: valueOf(told, 'flow'), number: valueOf(told, 'number'), count: valueOf(told, 'count') },
    ...{
      size: valueOf(told, 'size'),
      at: valueOf(told, 'at'),
      cut: valueOf(told, 'cut'),
      flaw: valueOf(told, 'flaw'),
      wake: valueOf(told, 'wake'),
    },
  };
  const { belief } = xsk;
  const packets = planOf(belief, args);
  const flow = history.links.flow(flowOf(belief, args));
  flow.isPlain = false;
  for (const { packet, descriptors } of packets) {
    const end = xsk.sent.length + descriptors.length;
    const isFlawed = descriptors.some(({ isLong }) => isLong);
    for (const { offset, data, more } of descriptors) {
      data.copy(xsk.content, offset - partOffset(belief.settings));
      const ofPacket = more || isFlawed ? null : { flow, packet, burst: burstOf(args) };
      xsk.sent.push({ offset, isFlawed, end, mayBeSent: false, packet: ofPacket });
    }
  }
  endSend(belief, args, packets);
  const counts = told.peeks.map((bytes) => bytes.readUInt32LE(XSK_RING_OFFSETS.consumer));
  // The program believed that there was room for them.
  if (counts.length < 2 || belief.sent - counts[0] > RING_ENTRIES) xsk.isLost = true;
  if (xsk.isLost) flow.isHeld = true;
  else take(history, xsk, counts[1], told.main[0].ret === EBUSY);
  if (WAKE_WORDS[args.wake] === 'receive') return;
  for (const late of xsk.sent.slice(xsk.taken)) {
    if (late.packet !== null) late.packet.flow.isHeld = true;
    // It may arrive before the counter says that it was taken.
    if (!late.mayBeSent) leaveFor(history, xsk, late, true);
    late.mayBeSent = true;
  }
}

/** The kernel took descriptors up to a number. @param isDropped - the device did not take the last packet */
function take(history: History, xsk: JudgedXsk, upTo: number, isDropped: boolean): void {
  if (xsk.isLost) return;
  const count = upTo - xsk.taken;
  // The counter may tell less than completions did.
  if (count < 0 && xsk.sent.slice(upTo, xsk.taken).every(({ mayBeSent }) => mayBeSent)) return;
  const isSane = count >= 0 && upTo <= xsk.sent.length;
  history.ask(
    'xsk-completes',
    isSane ? null : `the consumer of the TX ring is ${upTo}, which must be ${xsk.taken} to ${xsk.sent.length}`,
  );
  if (!isSane) return;
  const taken = xsk.sent.slice(xsk.taken, upTo);
  xsk.taken = upTo;
  xsk.outstanding.push(...taken);
  const packets = taken.filter(({ packet }) => packet !== null);
  for (const one of packets) if (!one.mayBeSent) leaveFor(history, xsk, one, isDropped && one === packets.at(-1));
}

/** The packet of a descriptor leaves the socket. @param isUnsure - or it does not */
function leaveFor(history: History, xsk: JudgedXsk, { packet: ofPacket }: SentDescriptor, isUnsure: boolean): void {
  if (ofPacket === null) return;
  const { flow, packet, burst } = ofPacket;
  flow.write(packet, 0);
  history.devices.writeDirectly(xsk.device, flow, packet, burst, isUnsure);
}

export function judgeXskRead(history: History, told: Told): void {
  const xsk = history.fd(valueOf(told, 'fd'))?.xsk;
  const [{ ret, out }] = told.main;
  if (xsk === null || xsk === undefined) return;
  xsk.belief.read();
  if (ret < 0 || xsk.isLost) return;
  take(history, xsk, out[XSK_OUT.tx].readUInt32LE(XSK_RING_OFFSETS.consumer), false);
  judgeReceived(history, xsk, out);
  if (valueOf(told, 'keep') === 0) {
    for (const chunk of xsk.kept) xsk.given.add(chunk);
    xsk.kept.clear();
  }
  judgeCompletions(history, xsk, out);
  if (!told.settling) return;
  judgeMissing(history, xsk, out[XSK_OUT.statistics]);
}

/** Members of a ring from one number to another. @param entries - of the ring */
function members(ring: Buffer, bytes: number, entries: number, from: number, to: number): Buffer[] {
  return Array.from({ length: to - from }, (_, number) => {
    const at = XSK_RING_OFFSETS.entries + ((from + number) % entries) * bytes;
    return ring.subarray(at, at + bytes);
  });
}

function judgeReceived(history: History, xsk: JudgedXsk, out: readonly Buffer[]): void {
  const end = out[XSK_OUT.received].readUInt32LE(0);
  const memory = out[XSK_OUT.memory];
  const count = end - xsk.received;
  if (count < 0 || count > RING_ENTRIES) {
    xsk.isLost = true;
    return history.ask(
      'chunk-is-owned',
      `the producer of the RX ring moved on by ${count}, which must be 0 to ${RING_ENTRIES}`,
    );
  }
  const bytes = members(out[XSK_OUT.rx], XSK_ENTRY_BYTES.rx, RING_ENTRIES, xsk.received, end);
  const received = new Set<number>();
  let frame: Buffer[] = [];
  for (const { offset, bytes: length, more } of bytes.flatMap(parseXskDescriptors)) {
    const chunk = xsk.chunkOf(BigInt(offset), length);
    const isOurs = chunk !== undefined && xsk.given.has(chunk.number) && !received.has(chunk.number);
    history.ask(
      'chunk-is-owned',
      isOurs
        ? null
        : `a frame of ${length} bytes lies at ${offset}, in no chunk that the fill ring had given to the kernel`,
    );
    if (!isOurs) return;
    received.add(chunk.number);
    frame.push(memory.subarray(chunk.at, chunk.at + length));
    if (more) continue;
    xsk.expected.take(history, Buffer.concat(frame), true);
    frame = [];
  }
  history.ask(
    'xsk-frames',
    frame.length === 0 ? null : 'the last descriptor in the RX ring has XDP_PKT_CONTD, but none follows',
  );
  const overwritten = xsk.overwritten(memory, received);
  const message = overwritten === undefined ? null : `the kernel wrote to chunk ${overwritten}, which user space has`;
  history.ask('chunk-is-owned', message);
  xsk.received = end;
  xsk.content = Buffer.from(memory);
  for (const chunk of received) {
    xsk.given.delete(chunk);
    xsk.kept.add(chunk);
  }
}

function judgeCompletions(history: History, xsk: JudgedXsk, out: readonly Buffer[]): void {
  const end = out[XSK_OUT.completed].readUInt32LE(0);
  const count = end - xsk.completions;
  const { completions: entries } = xsk.belief;
  if (count < 0 || count > entries) {
    xsk.isLost = true;
    return history.ask(
      'xsk-completes',
      `the producer of the completion ring moved on by ${count}, which must be 0 to ${entries}`,
    );
  }
  for (const member of members(out[XSK_OUT.completion], XSK_ENTRY_BYTES.completion, entries, xsk.completions, end)) {
    const address = member.readBigUInt64LE(0);
    let isDue = xsk.complete(address);
    const late = isDue ? undefined : xsk.upTo(address);
    if (late !== undefined) {
      take(history, xsk, late, false);
      isDue = xsk.complete(address);
    }
    const message = `the completion ring has address ${address}, of which no sent descriptor is left to complete`;
    history.ask('xsk-completes', isDue ? null : message);
  }
  xsk.completions = end;
}

/** At the end all is there that was not counted as dropped. */
function judgeMissing(history: History, xsk: JudgedXsk, statistics: Buffer): void {
  const { rxDropped, rxRingFull } = parseXskStatistics(statistics);
  const dropped = Number(rxDropped + rxRingFull);
  const { missing } = xsk.expected;
  history.ask(
    'xsk-frames',
    missing <= dropped
      ? null
      : `${missing} frames did not arrive, but only ${dropped} were counted (rx_dropped, rx_ring_full)`,
  );
  // A queue that a frame waits in keeps its descriptor.
  if (history.devices.mayHold) return;
  history.ask(
    'xsk-completes',
    xsk.due === 0 ? null : `${xsk.due} descriptors that the kernel took from the TX ring did not complete`,
  );
}
