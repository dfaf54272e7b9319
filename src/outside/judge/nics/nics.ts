import { TOLD_VERDICTS } from '../../../commands/outside/abi/bpf/xdp_told';
import { fits, framesOf, type Burst, type BurstFrame } from '../../../commands/outside/nic/frames';
import { NIC_SOCKETS, RECV_STEPS } from '../../../commands/outside/nic/recv';
import { READY_STEPS } from '../../../commands/outside/nic/ready';
import { XDP_MODES } from '../../../commands/outside/nic/xdp';
import type { StepResult } from '../../../commands/outside/step';
import { cat } from '../../../commands/outside/abi/bytes';
import { plainOutcomes, xdpOutcomes } from './frame_outcomes';
import { valueOf } from '../args';
import { bytesOf, type History, type Told } from '../history';
import { JudgedNic, type JudgedWire, type Place, type SentFrame } from './judged_wire';

/* Network devices of the machine, with a wire between them that loses nothing. */

export function judgeNic({ wire }: History, told: Told): void {
  const end = valueOf(told, 'end');
  if (told.main.every(({ ret }) => ret < 0)) return;
  wire.ends.set(told.call.result, end);
  if (!wire.nics.has(end)) wire.nics.set(end, new JudgedNic(end));
  wire.disturb();
}

/** An end of a pair. The system call is bpf, whose first answer is that of the first map. */
export function judgeNicVeth({ wire }: History, told: Told): void {
  const end = valueOf(told, 'end');
  const isOther = [...wire.nics.values()].some(({ isVeth }) => !isVeth);
  if (isOther || told.main[0].ret < 0) return;
  wire.ends.set(told.call.result, end);
  if (!wire.nics.has(end)) wire.nics.set(end, new JudgedNic(end, true));
  wire.disturb();
}

/** Takes a change of a device in, if the kernel made it; one that it refused may have stopped the device too. */
function change(history: History, told: Told, apply: (nic: JudgedNic) => void): void {
  const nic = history.wire.nicOf(valueOf(told, 'nic'));
  if (nic === undefined) return;
  if (told.main[0].ret >= 0) apply(nic);
  history.wire.disturb();
}

export const judgeNicUp = (history: History, told: Told): void =>
  change(history, told, (nic) => (nic.isUp = valueOf(told, 'up') === 1));

export const judgeNicMtu = (history: History, told: Told): void =>
  change(history, told, (nic) => (nic.mtu = valueOf(told, 'mtu')));

/** A driver rounds lengths, to a multiple of 8 or 32 or a power of 2, within its bounds. */
export const judgeNicRings = (history: History, told: Told): void =>
  change(history, told, (nic) => {
    nic.rxRing = Math.max(LEAST_RING, valueOf(told, 'rx') - ROUNDED);
    nic.txRing = Math.max(LEAST_RING, valueOf(told, 'tx') - ROUNDED);
  });

const LEAST_RING = 32;
const ROUNDED = 31;

export const judgeNicSwitch = (history: History, told: Told): void => change(history, told, () => undefined);

export const judgeNicXdp = (history: History, told: Told): void =>
  change(history, told, (nic) => (nic.xdp = XDP_MODES[valueOf(told, 'mode')]));

export const judgeNicXdpOff = (history: History, told: Told): void => change(history, told, (nic) => (nic.xdp = null));

export function judgeNicReady(history: History, told: Told): void {
  const { wire } = history;
  const nics = [...wire.nics.values()];
  if (nics.length < 2) return;
  const came = READY_STEPS().probed.map((step) => told.at(step).some(({ ret }) => ret > 0));
  if (nics.every(({ isUp }) => isUp)) {
    const missing = came.findIndex((one) => !one);
    const message = missing < 0 ? null : `both devices are up, but no frame comes to end ${'ab'[missing]}`;
    history.ask('link-comes-up', message, 'link');
  }
  for (const nic of nics) nic.ready = came.every((one) => one);
  if (came.every((one) => one)) for (const nic of nics) judgeCounts(history, told, nic);
}

/** Each frame that came to the device met its program once. */
function judgeCounts(history: History, told: Told, nic: JudgedNic): void {
  const [peek] = told.at(READY_STEPS().counts[nic.end]);
  const counts = peek?.out[0];
  if (counts === undefined || counts.length < COUNT_BYTES * TOLD_VERDICTS.length) return;
  const before = nic.counts;
  nic.counts = TOLD_VERDICTS.map((_verdict, at) => Number(counts.readBigUInt64LE(COUNT_BYTES * at)));
  const frames = nic.uncounted.splice(0);
  TOLD_VERDICTS.forEach((verdict, at) => {
    const ofVerdict = frames.filter((frame) => frame.verdict === verdict);
    const least = ofVerdict.filter(({ meets }) => meets === 'yes').length;
    const most = ofVerdict.filter(({ meets }) => meets !== 'no').length;
    const met = nic.counts[at] - before[at];
    if (most === 0 && met === 0) return;
    const where = `the XDP program of end ${'ab'[nic.end]}`;
    const expected = least === most ? String(least) : `${least} to ${most}`;
    const message = `${where} met ${met} frames with the word ${verdict}, and ${expected} were sent to it`;
    history.ask('xdp-verdict-holds', met >= least && met <= most ? null : message, 'link');
  });
}

const COUNT_BYTES = 8;

export function judgeNicBurst({ wire }: History, told: Told): void {
  const from = wire.nicOf(valueOf(told, 'nic'));
  const [{ ret }] = told.main;
  if (from === undefined || ret <= 0) return;
  const to = wire.nics.get(1 - from.end);
  const frames = framesOf(burstOf(told), 1 - from.end, told.position).slice(0, ret);
  const total = frames.reduce((sum, { bytes }) => sum + bytes, 0);
  const all = bytesOf(told, total);
  const isSure =
    from.ready && to?.ready === true && fits(frames, [from.mtu, to.mtu], to.rxRing) && hasRoom(wire, frames, to);
  const isSureOfSending =
    to !== undefined && hasRoomToSend(wire, frames, 'tx', to, to) && hasRoomToSend(wire, frames, 'redirect', to, from);
  frames.forEach((frame, index) => {
    const bytes = cat(frame.header, all.subarray(frame.at + frame.header.length, frame.at + frame.bytes));
    const isSentOn = to?.xdp !== null && SENT_ON.includes(frame.verdict);
    const isKnown = isSure && (isSureOfSending || !isSentOn);
    const due = isKnown && to !== undefined ? dueOf(frame, from, to) : 'unknown';
    const meets = due === 'unknown' ? 'maybe' : to?.xdp === null ? 'no' : 'yes';
    const sent: SentFrame = {
      ...{ position: told.position, index, bytes: frame.bytes, to: 1 - from.end, verdict: frame.verdict },
      ...{ due, meets, arrived: false },
    };
    to?.uncounted.push(sent);
    wire.add(sent, [...plainOutcomes(bytes, 1 - from.end), ...xdpOutcomes(bytes, frame, 1 - from.end)]);
  });
}

const burstOf = (told: Told): Burst => ({
  ...{ count: valueOf(told, 'count'), len: valueOf(told, 'len'), step: valueOf(told, 'step') },
  ...{ verdict: valueOf(told, 'verdict'), edit: valueOf(told, 'edit'), mix: valueOf(told, 'mix') },
});

/** Two bursts at once may be more than a ring holds. */
function hasRoom(wire: JudgedWire, frames: readonly BurstFrame[], to: JudgedNic): boolean {
  const onTheirWay = wire.sent.filter((frame) => frame.to === to.end && !frame.arrived && frame.due !== 'unknown');
  const bytes = onTheirWay.map((frame) => ({ bytes: frame.bytes }));
  return fits([...(bytes as BurstFrame[]), ...frames], [Infinity], to.rxRing);
}

/** Verdicts by which a driver sends a frame that it received. */
const SENT_ON: readonly string[] = ['tx', 'redirect'];

/**
 * Frames that a program sends on wait in no qdisc: where the ring is full they are dropped (generic_xdp_tx,
 * net/core/dev.c; the drivers' ndo_xdp_xmit). They share the ring with frames of sockets.
 */
function hasRoomToSend(
  { sent }: JudgedWire,
  frames: readonly BurstFrame[],
  verdict: string,
  metBy: JudgedNic,
  sentBy: JudgedNic,
): boolean {
  const isOf = (frame: { readonly verdict: string }): boolean => frame.verdict === verdict;
  const before = sent.filter((frame) => isOf(frame) && frame.to === metBy.end && !frame.arrived);
  return (before.length + frames.filter(isOf).length) * DESCRIPTORS_MAX <= sentBy.txRing;
}

/** Of a short frame: a context, its head, a gap (e1000_maybe_stop_tx asks for two more than there are). */
const DESCRIPTORS_MAX = 4;

/** A frame of many parts may not go. */
const SENT_ON_MAX_BYTES = 1514;

function dueOf({ verdict, bytes, edit }: BurstFrame, from: JudgedNic, to: JudgedNic): SentFrame['due'] {
  if (to.xdp === null) return { end: to.end, socket: 'told' };
  switch (verdict) {
    case 'pass':
    case 'cpumap':
      return { end: to.end, socket: 'told' };
    case 'drop':
    case 'aborted':
    case 'xskmap':
      return 'nowhere';
    case 'tx':
      return bytes > SENT_ON_MAX_BYTES || edit.startsWith('longer') || !wakes(to, from)
        ? 'unknown'
        : { end: from.end, socket: 'sentOn' };
    case 'redirect':
      return bytes > SENT_ON_MAX_BYTES || edit.startsWith('longer') || !takesRedirected(to, from)
        ? 'unknown'
        : { end: to.end, socket: 'sentOn' };
  }
}

/**
 * A driver that redirects needs a program of the driver on the other device too, or the device drops the frame
 * (virtnet_xdp_xmit, 6.1 to 7.3); a program in generic mode sends as others do (generic_xdp_tx).
 */
const takesRedirected = (to: JudgedNic, from: JudgedNic): boolean =>
  from.xdp !== null && (to.isVeth || to.xdp === 'generic' || from.xdp !== 'generic');

/**
 * An end of a pair whose program sends a frame back wakes the other end only where that one has a program too:
 * veth_xdp_flush (6.1 to 7.3). In generic mode the frame is sent as others are.
 */
const wakes = (to: JudgedNic, from: JudgedNic): boolean =>
  !to.isVeth || to.xdp === 'generic' || (from.xdp !== null && from.xdp !== 'generic');

export function judgeNicRecv(history: History, told: Told): void {
  const nic = history.wire.nicOf(valueOf(told, 'nic'));
  if (nic === undefined) return;
  NIC_SOCKETS.forEach((socket, at) => {
    const place: Place = { end: nic.end, socket };
    const waiting = told.at(RECV_STEPS[at].waiting);
    for (const result of [...waiting, ...told.at(RECV_STEPS[at].more)])
      if (result.ret >= 0) judgeFrame(history, place, result);
    if (waiting.at(-1)?.interrupted === true) judgeMissing(history, place);
  });
}

function judgeFrame(history: History, place: Place, { ret, out }: StepResult): void {
  const { wire } = history;
  const bytes = out[0].subarray(0, ret);
  const where = `at end ${'ab'[place.end]}`;
  const frame = wire.find(place, bytes);
  if (frame === undefined) {
    history.ask(
      'frame-whole',
      `a frame of ${ret} bytes arrives ${where} that nobody sent: ${nearest(wire, bytes)}`,
      'link',
    );
    return;
  }
  const name = `frame ${frame.index} of call ${frame.position + 1} (${frame.bytes} bytes, ${frame.verdict})`;
  history.ask('frame-whole', frame.arrived ? `${name} arrives twice ${where}` : null, 'link');
  const { due } = frame;
  if (due !== 'unknown') {
    const isRight = due !== 'nowhere' && due.end === place.end && due.socket === place.socket;
    if (frame.meets === 'yes') history.ask('xdp-verdict-holds', isRight ? null : `${name} arrives ${where}`, 'link');
    const isLate = wire.isLate(frame, place);
    history.ask('frame-arrives', isLate ? `${name} arrives behind frames that were sent after it` : null, 'link');
  }
  frame.arrived = true;
}

function judgeMissing(history: History, place: Place): void {
  const awaited = history.wire.awaited(place);
  const [first] = awaited;
  if (first === undefined) return;
  const name = `frame ${first.index} of call ${first.position + 1} (${first.bytes} bytes, ${first.verdict})`;
  history.ask('frame-arrives', `${awaited.length} of the frames do not arrive, the first is ${name}`, 'link');
}

/** The frame that begins alike, for the message. */
function nearest({ sent }: JudgedWire, bytes: Buffer): string {
  const [POSITION_AT, INDEX_AT, WORDS_END] = [16, 18, 22];
  if (bytes.length < WORDS_END) return bytes.toString('hex');
  const [position, index] = [bytes.readUInt16LE(POSITION_AT), bytes.readUInt16LE(INDEX_AT)];
  const frame = sent.find((one) => one.position === position && one.index === index);
  const verdict = frame === undefined ? '' : `, ${frame.verdict}`;
  return frame === undefined
    ? `it begins with ${bytes.toString('hex', 0, WORDS_END)}`
    : `frame ${index} of call ${position + 1} has ${frame.bytes} bytes${verdict}`;
}
