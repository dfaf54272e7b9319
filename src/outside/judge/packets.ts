import { advance, FLAWS } from '../../commands/outside/link/burst';
import { FLOW_WORDS } from '../../commands/outside/link/flows';
import { GRO_WORDS, QUEUE_WORDS } from '../../commands/outside/link/make_links';
import { TUN_MODES } from '../../commands/outside/link/tun';
import { parsePacket } from '../../commands/outside/abi/packet/parse';
import type { Layer } from '../../commands/outside/abi/packet/layer';
import type { OutsideLink, OutsideLinkKind } from '../../model/structs/outside';
import { valueOf, wordOf } from './args';
import type { History, Told } from './history';
import { JudgedFd } from './judged_fd';
import { hasEthernet, isTunnel } from '../../commands/outside/link/devices';
import { roomOf } from './links/capture';
import { addLink } from './links/judge_links';
import { fitsTunnels } from './links/tunnels';

/* Packets that go through links, and those that packet sockets see. */

export function judgeMakeLink(history: History, told: Told): void {
  const { name } = told.call.command;
  const kind = name === 'tun' ? wordOf(told, 'sort') : name;
  const { link, ends } = addLink(history, told, kind as OutsideLinkKind);
  // With NAPI the device merges what is written together.
  if (name === 'tun') ends.far.merges = (valueOf(told, 'mode') & ~(1 << TUN_MODES.indexOf('header'))) !== 0;
  if (name === 'tun') link.hasHeader = ((valueOf(told, 'mode') >>> TUN_MODES.indexOf('header')) & 1) === 1;
  if (name === 'veth') {
    link.holds = ends.near.holds = QUEUE_WORDS[valueOf(told, 'queue')] === 'plug';
    ends.far.merges = GRO_WORDS[valueOf(told, 'gro')] !== 'off';
  }
  if (name !== 'tun') ends.near.mtu = ends.far.mtu = valueOf(told, 'mtu');
}

const ENOBUFS = -105;

export function judgeBurst(history: History, told: Told): void {
  const link = history.links.link(valueOf(told, 'link'));
  if (link === undefined) return;
  const args = {
    ...{ count: valueOf(told, 'count'), size: valueOf(told, 'size'), last: valueOf(told, 'last') },
    ...{
      cut: valueOf(told, 'cut'),
      cuts: valueOf(told, 'cuts'),
      gso: valueOf(told, 'gso'),
      flaw: valueOf(told, 'flaw'),
      to: valueOf(told, 'to'),
    },
  };
  const flow = { link, word: FLOW_WORDS[valueOf(told, 'flow')], number: valueOf(told, 'number') };
  const { judged, packets } = history.links.write(flow, link, args);
  const returns = told.returnsOf('writev');
  const isPlain = FLAWS[args.flaw] === 'none' && args.gso === 0;
  packets.forEach((packet, at) => {
    const ret = returns[at] ?? -1;
    if (ret > 0) judged.write(packet, args.gso);
    else judged.isPlain = false;
    if (!fitsTunnels(history, link, flow.word, packet.bytes)) judged.isPlain = false;
    // The error says that a filter dropped the packet (net_xmit_errno), which may have sent copies before.
    if (ret > 0 || ret === ENOBUFS) history.devices.write(judged, packet, args);
  });
  if (!isPlain || valueOf(told, 'keep') === 1) judged.isPlain = false;
  advance(link, flow, packets);
}

export function judgeCapture(history: History, told: Told): void {
  if (told.main[0].ret < 0) return;
  const fd = history.add(new JudgedFd(told.call.result, 'socket', 'packet', 'dgram'));
  fd.datagrams.unknown = true;
  fd.captures = history.links.link(valueOf(told, 'link')) ?? null;
  fd.expected = fd.captures === null ? null : history.devices.capture(fd.captures);
  if (fd.captures !== null) for (const flow of history.links.flowsOf(fd.captures)) fd.before.set(flow, flow.bytes);
}

/** A frame that a packet socket received. */
export function judgeFrame(history: History, fd: JudgedFd, frame: Buffer): void {
  const { captures, expected } = fd;
  if (captures === null || expected === null) return;
  const { isSwitched } = history.devices;
  expected.take(history, frame, isSwitched);
  fd.fanout?.took(history, fd, frame);
  // A filter may have changed it.
  if (history.devices.hasChanges) return;
  const { layers, payload } = parsePacket(frame, hasEthernet(captures) ? 'ethernet' : 'ip', history.links.udpTunnels);
  const ip = layers.findLast((layer) => layer.layer === 'ipv4' || layer.layer === 'ipv6');
  if (ip === undefined) return;
  const last = layers[layers.length - 1];
  if (last.layer === 'tcp' || last.layer === 'udp') {
    const flow = history.links.find({ from: ip.from, to: ip.to, sport: last.sport, dport: last.dport });
    if (flow === undefined) return;
    const seq = last.layer === 'tcp' ? last.seq : 0;
    history.ask('packet-unchanged', flow.complaintAbout(payload, seq, isSwitched), 'link');
    const got = (fd.got.get(flow) ?? 0) + payload.length;
    fd.got.set(flow, got);
    if (!isSwitched && !hasCircle(history)) {
      const message = got <= flow.bytes ? null : `${got} bytes of a flow came out of a link, but ${flow.bytes} went in`;
      history.ask('packet-once', message, 'link');
    }
  } else if (isPart(last)) judgePart(history, ip, last, payload);
}

const isPart = (layer: Layer): boolean =>
  layer.layer === 'fragment' || (layer.layer === 'ipv4' && (layer.mf || layer.offset > 0));

/** A part of a packet, which has the header of TCP or UDP if it is the first. */
function judgePart(history: History, ip: { from: string; to: string }, last: Layer, payload: Buffer): void {
  const flows = history.links.between(ip.from, ip.to);
  if (flows.length === 0 || !('offset' in last)) return;
  const headers = last.offset === 0 ? [8, 20] : [0];
  const isKnown =
    last.offset > 0 && last.offset < 20
      ? true
      : headers.some((bytes) => flows.some((flow) => flow.hasPart(payload.subarray(bytes))));
  history.ask(
    'packet-unchanged',
    isKnown ? null : `a fragment of ${payload.length} bytes has bytes nobody sent`,
    'link',
  );
}

/** A link that leads, over others, to itself: packets go in circles until their TTL ends. */
function hasCircle(history: History): boolean {
  return history.links.all.some((link) => leadsTo(link, link, new Set()));
}

/** Whether packets of a link go into another: they are forwarded, or go through a tunnel over it. */
function leadsTo(from: OutsideLink, to: OutsideLink, seen: Set<OutsideLink>): boolean {
  const next = [from.forwardsTo, isTunnel(from) ? from.lower : null].filter((one) => one !== null);
  return next.some((one) => {
    if (one === to) return true;
    if (seen.has(one)) return false;
    seen.add(one);
    return leadsTo(one, to, seen);
  });
}

/** Bytes of packets that fit into a receive buffer of the usual size, as it counts them. */
const ROOM_BYTES = 100_000;

/** All that went into a link that nothing changed has come out. @param settling - nobody writes into links any more */
export function judgeArrived(history: History, fd: JudgedFd, settling: boolean): void {
  const { captures, expected, fanout } = fd;
  if (fanout !== null) return settling ? fanout.arrived(history, fd) : undefined;
  if (captures === null || fd.datagrams.lossy || fd.options.size > 0) return;
  // Packets that go in a circle may fill the queues that it waits in.
  if (hasCircle(history)) return;
  if (history.devices.isSwitched) return expected?.end(history);
  if (history.links.isChanged(captures)) return;
  const flows = history.links.flowsOf(captures);
  const room = history.links.written.reduce((sum, flow) => sum + roomOf(flow), 0);
  if (room > ROOM_BYTES) return;
  for (const flow of flows) {
    if (!flow.isPlain) continue;
    const missing = flow.bytes - (fd.before.get(flow) ?? 0) - (fd.got.get(flow) ?? 0);
    const message = missing === 0 ? null : `${missing} of ${flow.bytes} bytes of a flow did not come out of a link`;
    history.ask('packet-arrives', message, 'link');
  }
}

export function judgeForward(history: History, told: Told): void {
  const from = history.links.link(valueOf(told, 'from'));
  if (from === undefined) return;
  // The rule of the first call for a link comes first.
  from.forwardsTo ??= history.links.link(valueOf(told, 'to')) ?? null;
}
