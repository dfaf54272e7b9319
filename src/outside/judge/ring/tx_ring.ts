import {
  endRingSend,
  ringBurstOf,
  ringFlowOf,
  ringPlanOf,
  WAIT_WORDS,
  type RingSendArgs,
} from '../../../commands/outside/ring/send_plan';
import { settingsOf } from '../../../commands/outside/ring/tx_layout';
import { hasEthernet } from '../../../commands/outside/link/devices';
import { OutsideTxRing } from '../../../model/structs/outside';
import { valueOf } from '../args';
import type { History, Told } from '../history';
import { JudgedFd } from '../judged_fd';
import { fitsTunnels } from '../links/tunnels';
import { JudgedTxRing, TX_STATUS, type RequestedFrame } from './judged_tx_ring';

/* Rings for sending that the kernel and a program share: tpacket_snd of net/packet/af_packet.c. */

export function judgeTxRing(history: History, told: Told): void {
  const link = history.links.link(valueOf(told, 'link'));
  const device = history.devices.of(valueOf(told, 'link'))?.near;
  const fd = history.add(new JudgedFd(told.call.result, 'socket', 'packet', 'dgram'));
  fd.datagrams.unknown = fd.datagrams.lossy = true;
  if (link === undefined || device === undefined) return;
  const names = ['version', 'frame', 'flags'] as const;
  const words = Object.fromEntries(names.map((name) => [name, valueOf(told, name)]));
  const settings = settingsOf(words as Record<(typeof names)[number], number>);
  fd.txRing = new JudgedTxRing(new OutsideTxRing(link, settings), device);
  // Packet sockets do not see frames that pass by the queue, so that each frame is judged by its way.
  if (settings.bypasses) history.devices.isSwitched = true;
  const others = [...told.returnsOf('setsockopt'), ...told.returnsOf('mmap')];
  fd.txRing.isLost = told.main[0].ret < 0 || others.some((ret) => ret < 0);
}

/** A call that is no ring_send sends by the socket: the kernel sends frames of the ring instead. */
export function judgeSentByRing(ring: JudgedTxRing): void {
  ring.isLost = true;
  hold(ring);
}

const [ENOBUFS, EINTR] = [-105, -4];

export function judgeRingSend(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const ring = fd?.txRing;
  if (fd === undefined || ring === null || ring === undefined) return;
  putFrames(history, ring, argsOf(told));
  const [{ ret }] = told.main;
  const bytes = told.peeks.at(-1);
  if (ring.isLost || bytes === undefined) return hold(ring);
  const statuses = ring.statuses(bytes);
  const taken = take(history, ring, statuses, ret);
  // The socket may have no room for what it sends: sock_alloc_send_pskb.
  const hasRoom = fd.options.size === 0;
  if (ret >= 0 && hasRoom) judgeReturn(history, ring, taken, ret);
  if (ret < 0) judgeError(history, ring, statuses, ret);
  judgeStates(history, ring, statuses);
  const at = ring.overwritten(bytes);
  history.ask('ring-sends', at === undefined ? null : `the kernel wrote to byte ${at} of the ring`);
  if (WAIT_WORDS[valueOf(told, 'wait')] === 'yes' && ret >= 0) judgeGivenBack(history, ring);
  hold(ring);
}

function argsOf(told: Told): RingSendArgs {
  const names = ['flow', 'number', 'count', 'size', 'at', 'linear', 'flaw', 'wait'] as const;
  const values = Object.fromEntries(names.map((name) => [name, valueOf(told, name)]));
  return values as unknown as RingSendArgs;
}

function putFrames(history: History, ring: JudgedTxRing, args: RingSendArgs): void {
  const { belief } = ring;
  const frames = ringPlanOf(belief, args);
  if (frames.length > 0) {
    const flow = history.links.flow(ringFlowOf(belief, args));
    const burst = ringBurstOf(args);
    for (const frame of frames) {
      const { packet, bytes, isFlawed } = frame;
      // The flow goes on behind a frame that is not sent.
      if (isFlawed || !fitsTunnels(history, belief.link, flow.flow.word, packet.bytes)) flow.isPlain = false;
      ring.put(frame, { flow, packet, burst, bytes, isFlawed });
    }
  }
  endRingSend(belief, args, frames);
}

/** Frames that stay in the ring are sent by a later call, or never. */
function hold({ slots, isLost }: JudgedTxRing): void {
  for (const { state, frame } of slots) {
    if (frame === null || (state === 'available' && !isLost)) continue;
    frame.flow.isPlain = false;
    if (state === 'request' || isLost) frame.flow.isHeld = true;
  }
}

/** The kernel takes frames from its place on until one does not ask to be sent. Returns those that it took. */
function take(history: History, ring: JudgedTxRing, statuses: readonly number[], ret: number): RequestedFrame[] {
  const taken: RequestedFrame[] = [];
  for (let rounds = 0; rounds < ring.slots.length; rounds++) {
    const slot = ring.slots[ring.head];
    const { frame } = slot;
    const status = statuses[ring.head];
    const isTaken = status === TX_STATUS.available || status === TX_STATUS.sending;
    if (slot.state !== 'request' || frame === null || !isTaken) break;
    slot.state = status === TX_STATUS.sending ? 'sending' : 'available';
    ring.head = (ring.head + 1) % ring.slots.length;
    taken.push(frame);
    if (frame.isFlawed) judgeFlawed(history, ring, status);
    else leave(history, ring, frame, ring.belief.settings.skips && mayBeRefused(ring, frame));
  }
  // The device dropped the next one, which stays: a filter may have sent copies before.
  const next = ring.slots[ring.head];
  if (ret === ENOBUFS && next.state === 'request' && next.frame !== null) {
    next.frame.flow.isPlain = false;
    history.devices.writeByRing(ring.device, next.frame, { isDirect: ring.belief.settings.bypasses, isUnsure: false });
  }
  return taken;
}

/** With PACKET_LOSS a frame that cannot be sent is passed over; without it, it is not taken. */
function judgeFlawed(history: History, { belief }: JudgedTxRing, status: number): void {
  const isRight = belief.settings.skips && status === TX_STATUS.available;
  history.ask('ring-sends', isRight ? null : 'the kernel took a frame of a ring that cannot be sent');
}

/** Nobody knows whether the device takes a frame of this length: its MTU changed, or it has room for a tag. */
function mayBeRefused({ device, belief }: JudgedTxRing, { bytes }: RequestedFrame): boolean {
  const isLong = !belief.settings.hasHeader && bytes > device.mtu + ETHERNET_BYTES;
  return isLong || device.isUncertain || device.isGone || !hasEthernet(belief.link);
}
const ETHERNET_BYTES = 14;

function leave(history: History, ring: JudgedTxRing, frame: RequestedFrame, isUnsure: boolean): void {
  frame.flow.write(frame.packet, 0);
  if (isUnsure || ring.belief.settings.bypasses) frame.flow.isPlain = false;
  history.devices.writeByRing(ring.device, frame, { isDirect: ring.belief.settings.bypasses, isUnsure });
}

/** The call returns the bytes that it took, and took all. */
function judgeReturn(history: History, ring: JudgedTxRing, taken: readonly RequestedFrame[], ret: number): void {
  const next = ring.slots[ring.head];
  const isLeft = next.state === 'request';
  history.ask('ring-sends', isLeft ? `slot ${ring.head} of a ring still asks to be sent` : null);
  const sent = taken.filter(({ isFlawed }) => !isFlawed);
  if (ring.belief.settings.skips && sent.some((frame) => mayBeRefused(ring, frame))) return;
  const bytes = sent.reduce((sum, frame) => sum + frame.bytes, 0);
  const message = bytes === ret ? null : `the call took frames of ${bytes} bytes, and returned ${ret}`;
  history.ask('return-is-true', message);
}

/** The frame at which the kernel stopped asks again, or is wrong. */
function judgeError(history: History, ring: JudgedTxRing, statuses: readonly number[], ret: number): void {
  const slot = ring.slots[ring.head];
  if (slot.state !== 'request' || slot.frame === null || ret === EINTR) return;
  const isWrong = statuses[ring.head] === TX_STATUS.wrong;
  if (isWrong) slot.state = 'wrong';
  const isRight = !isWrong || slot.frame.isFlawed || mayBeRefused(ring, slot.frame);
  history.ask('ring-sends', isRight ? null : `slot ${ring.head} of a ring is said to be wrong (error ${-ret})`);
}

/** The status of each slot is one that its state leads to. */
function judgeStates(history: History, { slots }: JudgedTxRing, statuses: readonly number[]): void {
  slots.forEach((slot, number) => {
    const status = statuses[number];
    if (slot.state === 'sending' && status === TX_STATUS.available) slot.state = 'available';
    const message =
      status === TX_STATUS[slot.state] ? null : `slot ${number} of a ring has status ${status}, not ${slot.state}`;
    history.ask('ring-sends', message);
  });
}

/** A call that waits returns when all is sent. */
function judgeGivenBack(history: History, { slots }: JudgedTxRing): void {
  const at = slots.findIndex(({ state }) => state === 'sending');
  history.ask('ring-sends', at < 0 ? null : `a call that waits returned before slot ${at} of the ring was given back`);
}

/** A call may wait for frames that a queue holds. */
export const waitsForQueue = (history: History, told: Told): boolean =>
  WAIT_WORDS[valueOf(told, 'wait')] === 'yes' && history.devices.mayHold;
