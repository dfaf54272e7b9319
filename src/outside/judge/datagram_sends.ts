import { CONTROL_NAMES, type ControlName } from '../../commands/outside/socket/send_control';
import { bytesOf, type History, type Told } from './history';
import { JudgedFd, type Held } from './judged_fd';
import type { OutsideFamily, OutsideType } from '../../model/structs/outside';
import { failToWrite, writeOut } from './msg_filter';
import { loseTrackOfCork, sendDatagram } from './send';
import { valueOf, wordOf } from './args';

/* Datagrams with ancillary data, raw packets, and addresses that sockets share. */

/** Ancillary data that never makes a receiver drop the datagram. */
const HARMLESS: readonly ControlName[] = ['tclass', 'tos', 'segment'];

export function judgeSendControl(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret }] = told.main;
  const len = valueOf(told, 'len');
  if (fd === undefined) return;
  const kind = CONTROL_NAMES[valueOf(told, 'kind')];
  if (fd.type === 'stream') {
    if (ret > 0) writeOut(history, fd, bytesOf(told, len).subarray(0, ret));
    else if (ret < 0) failToWrite(fd);
    return;
  }
  const to = fd.corkedTo ?? history.fd(valueOf(told, 'to')) ?? fd.peer;
  if (ret >= 0) history.ask('return-is-true', ret === len ? null : `the call took ${ret} bytes of ${len}`);
  if (to === null) return;
  if (fd.corkedTo !== null || fd.option('udp_cork') === 1) loseTrackOfCork(fd, to);
  if (ret < 0 || fd.family === 'unix' || fd.type !== 'dgram') return void (to.datagrams.unknown = true);
  if (!HARMLESS.includes(kind)) to.datagrams.lossy = true;
  const segment = kind === 'segment' ? valueOf(told, 'size') : fd.option('udp_segment');
  // ip_append_data takes the segment of the first part of a corked datagram.
  sendDatagram(fd, to, bytesOf(told, len), { more: false, segment });
}

const HEADER_BYTES = 20;

/** RFC 791: the length of a header is at least 5 words, and no more than the packet has. */
export function judgeSendRaw(history: History, told: Told): void {
  const bytes = 4 * valueOf(told, 'ihl');
  const len = valueOf(told, 'len');
  const isWrong = bytes < HEADER_BYTES || bytes > len;
  const isTaken = told.main[0].ret >= 0;
  const message = isWrong && isTaken ? `a packet of ${len} bytes with a header of ${bytes} bytes was sent` : null;
  history.ask('header-is-valid', message);
}

export function judgeSocketAt(history: History, told: Told): void {
  const [{ ret }] = told.main;
  const family = wordOf(told, 'family') as OutsideFamily;
  const fd = new JudgedFd(told.call.result, 'socket', family, wordOf(told, 'type') as OutsideType);
  const held = { host: valueOf(told, 'host'), port: valueOf(told, 'port'), isShared: valueOf(told, 'share') !== 0 };
  const others = [...history.all()].filter((one) => one.held?.port === held.port && one.type === fd.type);
  history.add(fd);
  const EADDRINUSE = -98;
  if (ret === EADDRINUSE && fd.type === 'dgram') {
    const isHeld = others.some((one) => one.isShared || one.open);
    history.ask('state-allows', isHeld ? null : 'EADDRINUSE, though no socket has the port');
  }
  if (ret !== 0) return;
  const owner = others.find((one) => one.open && !one.isShared && one.family === family && collides(fd, held, one));
  const message = owner === undefined ? null : 'a socket gets an address that another has';
  history.ask('state-allows', message);
  fd.held = held;
}

/** Sockets that may share addresses (SO_REUSEADDR, SO_REUSEPORT) never collide for certain. */
function collides(fd: JudgedFd, { host, isShared }: Held, { held, ...other }: JudgedFd): boolean {
  if (held === null || isShared || held.isShared) return false;
  if (SHARING.some((name) => other.options.get(name) === 1)) return false;
  const isSame = fd.family === 'inet6' ? Math.min(1, host) === Math.min(1, held.host) : host === held.host;
  return isSame || host === 0 || held.host === 0;
}

const SHARING = ['reuseaddr', 'reuseport'] as const;
