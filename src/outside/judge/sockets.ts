import { SHUTDOWN_WORDS } from '../../commands/outside/socket/end';
import { SOCKET_OPTION_NAMES } from '../../commands/outside/socket/options';
import type { SocketOptionName } from '../../commands/outside/socket/options';
import { connectionOf } from '../../commands/outside/socket/connected';
import type { OutsideFamily, OutsideType } from '../../model/structs/outside';
import { valueOf, wordOf } from './args';
import { Channel } from './channel';
import type { History, Told } from './history';
import { Datagrams } from './datagrams';
import { join, JudgedFd } from './judged_fd';
import { judgePath } from './links/paths';
import { judgeMapEnd } from './msg_filter';
import { flushCorked } from './send';
import { judgeStampOption } from './stamps';

/* The lives of sockets and pipes: who is connected with whom. */

export function judgeSocket(history: History, told: Told): void {
  if (told.main[0].ret < 0) return;
  const family = wordOf(told, 'family') as OutsideFamily;
  history.add(new JudgedFd(told.call.result, 'socket', family, wordOf(told, 'type') as OutsideType));
}

export function judgeBind(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined || told.main[0].ret !== 0) return;
  fd.bound = true;
  // The address names no interface, which matches any (packet(7)): nobody knows any more which frames come.
  if (fd.family === 'packet') fd.captures = fd.expected = null;
}

export function judgeListen(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined || told.main[0].ret !== 0) return;
  // A peer that accept has not returned yet is none here, but the streams are.
  const isConnected = fd.isConnected && fd.type !== 'dgram';
  history.ask('state-allows', isConnected ? 'listen succeeds on a connected socket' : null);
  fd.listening = true;
}

/** Position of getsockname among the steps of connect. */
const GETSOCKNAME = 3;

export function judgeConnect(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const to = history.fd(valueOf(told, 'to'));
  if (fd === undefined) return;
  const [{ ret, interrupted }] = told.main;
  if (ret < 0 && !interrupted) fd.failedAt = told.position;
  if (ret < 0 && !interrupted) return;
  const name = told.at(GETSOCKNAME)[0];
  if (name !== undefined && name.ret === 0) fd.address = addressIn(name.out[0]);
  if (to === undefined) return;
  if (fd.type === 'dgram') {
    if (fd.family === 'unix' && fd.peer !== null) fd.datagrams.lossy = true;
    // ip4_datagram_connect overwrites the address of a datagram that is corked.
    if (fd.corkedTo !== null) {
      fd.corkedTo.datagrams.unknown = to.datagrams.unknown = true;
      fd.datagrams.corked = [];
      fd.corkedTo = null;
    }
    // A socket of all addresses has only the one that it sends from once it is connected (ip4_datagram_connect sets
    // inet_rcv_saddr): others may have the rest.
    if (fd.held?.host === 0) fd.held = { ...fd.held, isShared: true };
    // Nobody has the address of a socket that was not bound.
    fd.peer = to.bound ? to : new JudgedFd(-1, 'socket', to.family, to.type);
    return;
  }
  if (to === fd) join(fd, fd);
  else {
    fd.outgoing = new Channel();
    fd.incoming = new Channel();
    fd.outDatagrams = new Datagrams();
    fd.isConnected = !interrupted;
    to.waiting.push(fd);
  }
}

export function judgeAccept(history: History, told: Told): void {
  const [{ ret, out }] = told.main;
  if (ret < 0) return;
  const listener = history.fd(valueOf(told, 'fd'));
  const fd = history.add(
    new JudgedFd(told.call.result, 'socket', listener?.family ?? 'unix', listener?.type ?? 'stream'),
  );
  const waiting = listener?.waiting ?? [];
  const address = addressIn(out[0]);
  const isNamed = listener?.family !== 'unix';
  const at = waiting.findIndex((client) => !isNamed || client.address === address);
  if (at < 0) {
    history.ask('return-is-true', 'accept returned a connection that no program asked for');
    fd.incoming = unknownChannel();
    fd.outgoing = unknownChannel();
    return;
  }
  const [client] = waiting.splice(at, 1);
  fd.incoming = client.outgoing;
  fd.outgoing = client.incoming;
  fd.outDatagrams = client.datagrams;
  if (client.outDatagrams !== null) fd.datagrams = client.outDatagrams;
  fd.peer = client;
  fd.isConnected = true;
  client.peer = fd;
}

export function judgePair(history: History, told: Told): void {
  if (told.main[0].ret < 0) return;
  const isPipe = told.call.command.name === 'pipe2';
  const type = isPipe ? 'stream' : (wordOf(told, 'type') as OutsideType);
  const first = new JudgedFd(told.call.result, isPipe ? 'pipe' : 'socket', 'unix', type);
  const second = new JudgedFd(told.call.result, isPipe ? 'pipe' : 'socket', 'unix', type);
  if (isPipe) {
    first.incoming = new Channel();
    second.outgoing = first.incoming;
    first.peer = second;
    second.peer = first;
  } else join(first, second);
  first.unnamed = second;
  history.add(first);
}

export function judgeConnected(history: History, told: Told): void {
  if (told.main[0].ret < 0) return;
  const { family, type, protocol, over } = connectionOf(wordOf(told, 'kind'));
  const first = history.add(new JudgedFd(told.call.result, 'socket', family, type));
  first.unnamed = new JudgedFd(told.call.result, 'socket', family, type);
  join(first, first.unnamed);
  if (type === 'dgram') first.bound = first.unnamed.bound = true;
  if (over !== undefined) {
    mayLose(first);
    judgePath(history, first);
  }
  if (protocol === 0) return;
  for (const channel of [first.incoming, first.outgoing]) if (channel !== null) channel.isMptcp = true;
}

/** Links lose packets: a header too long for the device, a queue that holds them for ever. */
function mayLose({ incoming, outgoing, datagrams, outDatagrams }: JudgedFd): void {
  if (incoming !== null) incoming.lossy = true;
  if (outgoing !== null) outgoing.lossy = true;
  datagrams.lossy = true;
  if (outDatagrams !== null) outDatagrams.lossy = true;
}

export function judgePairEnd(history: History, told: Told): void {
  const first = history.fd(valueOf(told, 'fd'));
  if (told.main[0].ret < 0 || first === undefined || first.unnamed === null) return;
  const { unnamed } = first;
  first.unnamed = null;
  const second = history.add(new JudgedFd(told.call.result, unnamed.what, unnamed.family, unnamed.type));
  second.incoming = unnamed.incoming;
  second.outgoing = unnamed.outgoing;
  second.datagrams = unnamed.datagrams;
  second.outDatagrams = unnamed.outDatagrams;
  second.isConnected = unnamed.isConnected;
  second.isOverLink = first.isOverLink;
  second.peer = first;
  // It may have been connected to somebody else since.
  if (first.peer === unnamed) first.peer = second;
  if (first.type === 'dgram') second.bound = first.bound = true;
}

export function judgeOption(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const option = wordOf(told, 'option') as SocketOptionName;
  const EOPNOTSUPP = -95;
  if (fd?.family === 'vsock' && option === 'zerocopy' && history.hasVsockZerocopy && valueOf(told, 'value') === 1) {
    const isRefused = told.main[0].ret === EOPNOTSUPP;
    history.ask('options-alike', isRefused ? 'one socket has SO_ZEROCOPY, and another of its sort has not' : null);
  }
  if (fd === undefined || told.main[0].ret !== 0) return;
  if (!SOCKET_OPTION_NAMES.includes(option)) return;
  const value = valueOf(told, 'value');
  fd.options.set(option, value);
  if (option === 'zerocopy' && fd.family === 'vsock') history.hasVsockZerocopy = true;
  // Packets of ESP or L2TP go to others than the reader (udp_queue_rcv_one_skb).
  if (option === 'udp_encap' && value !== 0) fd.datagrams.lossy = true;
  if (option === 'timestamping') judgeStampOption(fd, value);
  if (option === 'peek_off') fd.peekOffset.set(value);
  if (fd.incoming !== null) fd.incoming.peeked = null;
  if (option === 'udp_cork' && value === 0 && fd.corkedTo !== null) flushCorked(fd, fd.corkedTo);
}

export function judgeShutdown(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined || told.main[0].ret !== 0) return;
  const how = SHUTDOWN_WORDS[valueOf(told, 'how')];
  if (how !== 'rd') shutWrite(fd);
  if (how === 'wr') return;
  fd.shutRead = true;
  // tcp_rcv_state_process resets a connection whose reader does not want the data; unix refuses to take more.
  if (fd.incoming !== null) fd.incoming.lossy = true;
  if (fd.outgoing !== null) fd.outgoing.lossy = true;
  fd.datagrams.lossy = true;
}

function shutWrite(fd: JudgedFd): void {
  fd.shutWrite = true;
  const { outgoing } = fd;
  if (outgoing === null) return;
  outgoing.ended = true;
  if (outgoing.isOpenRecord || outgoing.wasFull) outgoing.lossy = true;
}

export function judgeClose(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined || told.main[0].ret < 0) return;
  if (fd.xsk !== null) fd.xsk.state = fd.isShared ? 'unsure' : 'closed';
  if (fd.isShared) {
    history.forget(valueOf(told, 'fd'));
    return mayEnd(fd);
  }
  fd.open = false;
  if (fd.what === 'map') judgeMapEnd(history, fd);
  shutWrite(fd);
  fd.datagrams.lossy = true;
  // A request that waits, or a mapping, holds the file: the close sends nothing.
  if (fd.mapping.isThere || (fd.incoming !== null && fd.incoming.claims > 0)) mayEnd(fd);
  // tcp_close sends a reset when unread data is there, and answers later data with one. Both directions may lose data.
  const readsAll = fd.incoming === null || (fd.incoming.ended && fd.incoming.left === 0);
  if (fd.what === 'socket' && fd.type !== 'dgram' && !readsAll) {
    if (fd.incoming !== null) fd.incoming.lossy = true;
    if (fd.outgoing !== null) fd.outgoing.lossy = true;
  }
  for (const client of fd.waiting) {
    if (client.incoming !== null) client.incoming.lossy = client.incoming.ended = true;
    if (client.outgoing !== null) client.outgoing.lossy = true;
  }
}

/** Perhaps this was the last descriptor of an open file. */
function mayEnd(fd: JudgedFd): void {
  fd.datagrams.lossy = true;
  const streams = [fd, ...fd.waiting].flatMap(({ incoming, outgoing }) => [incoming, outgoing]);
  for (const channel of streams) if (channel !== null) channel.lossy = channel.ended = true;
}

function unknownChannel(): Channel {
  const channel = new Channel();
  channel.unknown = true;
  channel.lossy = true;
  channel.ended = true;
  return channel;
}

/** Family, port and address of a struct sockaddr; the flow and the scope of IPv6 differ between the two ends. */
function addressIn(bytes: Buffer): string {
  const family = bytes.readUInt16LE(0);
  if (family === 2) return bytes.toString('hex', 0, 8);
  // The two ends of a connection of vsock can name the machine differently.
  if (family === 40) return bytes.toString('hex', 0, 8);
  return bytes.toString('hex', 0, 4) + bytes.toString('hex', 8, 24);
}
