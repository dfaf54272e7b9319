import { bytesOf, type History, type Told } from './history';
import { JudgedFd } from './judged_fd';
import { loseTrackOfCork, putSegments } from './send';
import { valueOf } from './args';
import { failToWrite, writeOut } from './msg_filter';

/* Multicast: every member of a group gets a clone of the datagram. */

export function judgeGroupMember(history: History, told: Told): void {
  const fd = history.add(new JudgedFd(told.call.result, 'socket', 'inet', 'dgram'));
  // The port is taken where a member no longer shares it (SO_REUSEADDR).
  const isBound = told.returnsOf('bind').every((ret) => ret === 0);
  if (isBound && told.main[0].ret === 0) fd.group = valueOf(told, 'group');
}

export function judgeGroupSend(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret }] = told.main;
  const len = valueOf(told, 'len');
  const group = valueOf(told, 'group');
  const isWhole = fd?.type === 'stream' ? ret <= len : ret === len;
  if (ret >= 0) history.ask('return-is-true', isWhole ? null : `the call took ${ret} bytes of ${len}`);
  if (fd === undefined) return;
  if (fd.type === 'stream') {
    // tcp_sendmsg does not look at the address.
    if (ret > 0) writeOut(history, fd, bytesOf(told, len).subarray(0, ret));
    else if (ret < 0) failToWrite(fd);
    return;
  }
  if (fd.family !== 'inet' || fd.type !== 'dgram') return;
  const isCorked = fd.mayBeCorked || fd.corkedTo !== null || fd.option('udp_cork') === 1;
  // Nobody knows what a cork collects, and for whom, once parts of it have addresses of their own.
  if (isCorked) loseTrackOfCork(fd, fd.corkedTo ?? fd);
  for (const member of [...history.all()].filter((one) => one.group === group)) {
    if (isCorked || ret < 0) member.datagrams.unknown = true;
    // A connected member receives from its peer only (__udp_is_mcast_sock, net/ipv4/udp.c).
    else if (member.peer !== null || !member.open) member.datagrams.lossy = true;
    if (!isCorked && ret >= 0 && member.open) putSegments(fd, member, bytesOf(told, len), fd.option('udp_segment'));
  }
}
