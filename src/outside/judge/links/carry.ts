import type { FrameSocket, JudgedDevice, Rule, Sending } from './device';
import { type Frame, past, tagged, tagOf, unsure, untagged } from './frame';
import { changed, isSending, takes } from './rule';
import { meetsXdp, reinjectedBy, taken, xdpSends } from './xdp_ways';

/*
 * The way of a frame through the devices of a program, as the kernel's functions order it: __dev_queue_xmit, veth_xmit,
 * __netif_receive_skb_core, vlan_do_receive, br_handle_frame (6.1, 6.12, 7.3). It ends, as filters and ports lead to
 * links behind only: src/commands/outside/link/rank.ts.
 */

const ETHERNET_BYTES = 14;
const TAG_BYTES = 4;
const ADDRESS_BYTES = 6;
/** More than any way has: a program that is no one's may make others. */
const DEPTH_MAX = 64;
/** The program of BPF hands a packet on only so deep (XMIT_RECURSION_LIMIT), tcf_mirred_act half of that. */
const NESTED_MAX = 3;

/** How deep a frame is in its way. */
interface Depth {
  /** Steps. */
  readonly steps: number;
  /** Filters that sent it on. */
  readonly sent: number;
}
export const START: Depth = { steps: 0, sent: 0 };

const deeper = ({ steps, sent }: Depth): Depth => ({ steps: steps + 1, sent });

/** A device sends a frame. @param isOfFilter - a filter of traffic control sent it here */
export function leave(device: JudgedDevice, frame: Frame, depth: Depth, isOfFilter = false): void {
  if (device.isGone || depth.steps > DEPTH_MAX) return;
  const certain = device.isUncertain ? unsure(frame) : frame;
  // Netfilter does not see what a filter of traffic control sends: nf_skip_egress.
  for (const hooked of filtered(isOfFilter ? [] : device.leavingHooks, certain, depth))
    for (const passed of filtered(device.leaving, hooked, depth)) queue(device, passed, deeper(depth));
}

/** The qdisc of a device, and what is behind it. */
function queue(device: JudgedDevice, frame: Frame, depth: Depth): void {
  // Filters may be others when the queue lets it go.
  const held = device.holds ? unsure(frame) : frame;
  if (device.holds) frame.flow.isHeld = true;
  const repeated = device.isQueued ? past(held, 'queue') : held;
  send(device, repeated, depth);
  if (device.copies === 2)
    send(device, { ...repeated, isRepeated: true, isDue: repeated.isDue && !repeated.isRepeated }, depth);
}

function send(device: JudgedDevice, frame: Frame, depth: Depth): void {
  device.captures.forEach((capture) => capture.see(frame));
  switch (device.kind) {
    case 'veth':
      if (device.peer !== null) cross(device.peer, frame, depth);
      return;
    case 'vlan': {
      const { lower } = device;
      if (lower === null) return;
      return leave(lower, past(tagged(frame, device.vlanId), 'switch'), deeper(depth));
    }
    case 'tunnel':
    case 'ip_tunnel':
      return tunnelled(device, frame, depth);
    case 'bridge':
      return flood(device, past(frame, 'switch'), null, depth);
    case 'tap':
    case 'tun':
    case 'dummy':
      return;
  }
}

/** A packet goes over the link below with other headers, which nobody writes down here, and comes out without them. */
function tunnelled({ lower, peer, mtu }: JudgedDevice, frame: Frame, depth: Depth): void {
  if (lower === null || peer === null) return;
  leave(lower, unsure(frame), deeper(depth));
  const isLong = !frame.isKnown || frame.bytes.length > mtu + ETHERNET_BYTES;
  arrive(peer, isLong || !isPlainWay(lower) ? unsure(frame) : frame, deeper(depth));
}

/** Nothing acts on what goes from a device to its peer. */
export function isPlainWay(device: JudgedDevice): boolean {
  const { kind, peer } = device;
  if (kind !== 'veth' || peer === null || peer.merges || device.holds || device.isQueued) return false;
  const places = [device.leaving, device.leavingHooks, peer.arriving, peer.arrivingHooks];
  const isSwitched = peer.bridge !== null || device.isUncertain || device.isGone || peer.isUncertain || peer.isGone;
  return !isSwitched && peer.xdp === null && places.every((rules) => rules.length === 0);
}

/** A socket of AF_XDP hands a frame to the driver: __dev_direct_xmit passes by filters, queues and packet sockets. */
export function leaveDirectly(device: JudgedDevice, frame: Frame): void {
  const { peer, isGone, isUncertain, kind } = device;
  if (kind !== 'veth') leave(device, unsure(frame), START);
  else if (peer !== null && !isGone) cross(peer, isUncertain ? unsure(frame) : frame, START);
}

/** A packet socket hands a frame to the driver: netfilter sees it, but no filter, queue or socket (packet_xmit). */
export function leavePastQueue(device: JudgedDevice, frame: Frame): void {
  for (const passed of filtered(device.leavingHooks, frame, START)) leaveDirectly(device, passed);
}

/** From one device of a pair to the other: is_skb_forwardable. It does not count the tag beside the bytes. */
function cross(to: JudgedDevice, frame: Frame, depth: Depth): void {
  const most = to.mtu + ETHERNET_BYTES + TAG_BYTES;
  const isTagged = tagOf(frame) !== undefined;
  if (frame.isKnown && frame.bytes.length - (isTagged ? TAG_BYTES : 0) > most) return;
  arrive(to, isTagged && frame.bytes.length > most ? unsure(frame) : frame, deeper(depth));
}

/** A device receives a frame. */
export function arrive(device: JudgedDevice, frame: Frame, depth: Depth): void {
  if (device.isGone || depth.steps > DEPTH_MAX) return;
  const certain = device.isUncertain || device.merges ? unsure(frame) : frame;
  const met = device.xdp === null ? certain : meet(device, device.xdp, certain, depth);
  if (met === null) return;
  device.captures.forEach((capture) => capture.see(met));
  for (const passed of filtered(device.arriving, met, depth).map(taken))
    for (const hooked of filtered(device.arrivingHooks, passed, depth)) demultiplex(device, hooked, deeper(depth));
}

/** The frame after a program of XDP; null: it is dropped, or went elsewhere. */
function meet(device: JudgedDevice, program: Rule, frame: Frame, depth: Depth): Frame | null {
  const isMet = meetsXdp(device, program, frame);
  if (isMet === 'no') return frame;
  const perhaps = isMet === 'perhaps' ? unsure(frame) : frame;
  const after = metBy(program, past(perhaps, 'xdp'), depth);
  return isMet === 'perhaps' ? perhaps : after;
}

function metBy(program: Rule, frame: Frame, depth: Depth): Frame | null {
  if (program.socket !== undefined) return handedOver(program.socket, frame);
  const after = did(program, frame, depth);
  return program.end === 'drop' ? null : after;
}

/** The frame where a socket of AF_XDP does not take it; null: it does. */
function handedOver(socket: FrameSocket, frame: Frame): Frame | null {
  if (socket.state === 'closed') return frame;
  const perhaps = socket.state === 'unsure' ? unsure(frame) : frame;
  socket.see(past(perhaps, 'xsk'));
  return socket.state === 'unsure' ? perhaps : null;
}

/** The VLAN on the device comes before the bridge whose port it is. */
function demultiplex(device: JudgedDevice, frame: Frame, depth: Depth): void {
  if (!frame.isKnown) {
    for (const vlan of device.vlans.values()) arrive(vlan, frame, depth);
    if (device.bridge !== null) takeIn(device.bridge, device, frame, depth);
    frame.flow.reached.add(device.link);
    return;
  }
  const tag = tagOf(frame);
  const vlan = tag === undefined ? undefined : device.vlans.get(tag);
  if (vlan !== undefined) return arrive(vlan, past(untagged(frame), 'switch'), depth);
  if (device.bridge !== null) return takeIn(device.bridge, device, past(frame, 'switch'), depth);
  frame.flow.reached.add(device.link);
}

/** A bridge takes a frame from one of its ports: br_handle_frame_finish. */
function takeIn(bridge: JudgedDevice, port: JudgedDevice, frame: Frame, depth: Depth): void {
  const to = frame.bytes.subarray(0, ADDRESS_BYTES).toString('hex');
  const isLocal = bridge.ports.some(({ mac }) => mac === to);
  const isSure = frame.isKnown && !bridge.isUncertain;
  if (!isSure || isLocal) arrive(bridge, frame, depth);
  if (isSure && isLocal) return;
  flood(bridge, frame, port, depth);
}

function flood(bridge: JudgedDevice, frame: Frame, from: JudgedDevice | null, depth: Depth): void {
  for (const port of bridge.floods) {
    if (port === from) continue;
    const isTagged = tagOf(frame) !== undefined;
    const length = frame.bytes.length - (isTagged ? TAG_BYTES : 0);
    const isLong = length > port.mtu + ETHERNET_BYTES;
    // Netfilter and the bridge look at headers, and may cut what is too long into fragments (br_nf_dev_queue_xmit).
    leave(
      port,
      bridge.isUncertain || frame.isOdd || isLong || (bridge.hasHooks && isTagged) ? unsure(frame) : frame,
      deeper(depth),
    );
  }
}

/** The frames that go on behind the rules of a device. */
function filtered(rules: readonly Rule[], frame: Frame, depth: Depth): Frame[] {
  let at = frame;
  for (const rule of rules) {
    const doesTake = at.isKnown ? takes(rule, at) : undefined;
    if (doesTake === false) continue;
    if (doesTake === undefined) {
      // It may do what it does, or not.
      at = past(unsure(at), 'filter');
      did(rule, at, depth);
      continue;
    }
    const after = did(rule, past(at, 'filter'), depth);
    if (after === null || rule.end === 'drop') return [];
    at = after;
    if (rule.end === 'ok') return [at];
  }
  return [at];
}

/** Does what a rule says; null: the frame went elsewhere. */
function did({ deeds }: Rule, frame: Frame, depth: Depth): Frame | null {
  let at = frame;
  for (const deed of deeds) {
    if (deed.deed === 'xdp_send') {
      for (const { to, frame: one } of xdpSends(deed, at)) sendByXdp(to, one, depth);
      return null;
    }
    if (isSending(deed)) {
      sendOn(deed, at, depth);
      if (deed.deed === 'send') return null;
    } else at = at.isKnown ? (changed(at, deed) ?? unsure(at)) : at;
  }
  return at;
}

function sendOn(sending: Sending, frame: Frame, { steps, sent }: Depth): void {
  const { to, out, by } = sending;
  const below = { steps: steps + 1, sent: sent + 1 };
  const isSure = sent < NESTED_MAX && to.kind !== 'tun';
  const sentOn = { ...frame, isRepeated: true, reinjected: reinjectedBy(sending, frame) };
  const on: Frame = isSure ? sentOn : unsure(sentOn);
  if (!out) return leave(to, on, below, by !== 'nft');
  // ____dev_forward_skb looks at the length.
  if (by === 'bpf') return cross(to, on, below);
  arrive(to, on, below);
}

/** A map of XDP sends a frame by a device, past filters, queues and packet sockets: generic_xdp_tx, veth_xdp_xmit. */
function sendByXdp(device: JudgedDevice, frame: Frame, { steps, sent }: Depth): void {
  if (device.peer !== null) cross(device.peer, frame, { steps: steps + 1, sent: sent + 1 });
}
