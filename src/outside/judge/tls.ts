import { TLS_STEPS } from '../../commands/outside/tls/tls_pair';
import type { Channel } from './channel';
import { bytesOf, type History, type Told } from './history';
import { packetsFrom, type JudgedFd } from './judged_fd';
import { failToWrite, writeOut, writeUnknown } from './msg_filter';
import { valueOf } from './args';

/* Kernel TLS: the bytes of a connection stay the same. */

export function judgeTlsPair(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const to = history.fd(valueOf(told, 'to'));
  for (const one of [fd, to]) if (one?.isStream === true) one.hasUpperLayer = true;
  const isSet = TLS_STEPS.keys.map((step) => told.at(step)[0]?.ret === 0);
  const [tx, rx, peerTx, peerRx] = isSet;
  secure(fd?.outgoing ?? to?.incoming ?? null, tx, peerRx);
  secure(fd?.incoming ?? to?.outgoing ?? null, peerTx, rx);
  for (const one of [fd, to]) if (one?.isInSockmap === true && isSet.includes(true)) hideStreams(one);
  const isPair = fd !== undefined && to !== undefined && fd.outgoing !== null && fd.outgoing === to.incoming;
  if (!isPair && isSet.includes(true)) for (const one of [fd, to]) if (one !== undefined) hideStreams(one);
}

/** Keys of both ends of a direction that has nothing on its way leave it a stream; all else makes it unreadable. */
function secure(channel: Channel | null, isSent: boolean, isRead: boolean): void {
  if (channel === null || (!isSent && !isRead)) return;
  if (isSent && isRead && channel.left === 0 && !channel.isTls) channel.isTls = true;
  else hide(channel);
}

function hideStreams({ incoming, outgoing }: JudgedFd): void {
  if (incoming !== null) hide(incoming);
  if (outgoing !== null) hide(outgoing);
}

/** Nobody knows what a reader gets, nor whether the connection stays. */
function hide(channel: Channel): void {
  channel.isTls = false;
  channel.isGarbled = channel.unknown = channel.lossy = true;
}

/** send_record and raw_record: on a stream without TLS they send bytes like any others. */
export function judgeRecord(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const len = valueOf(told, 'len');
  const [{ ret }] = told.main;
  if (fd === undefined) return;
  const isRaw = told.call.command.name === 'raw_record';
  if (fd.type !== 'stream') {
    const target = packetsFrom(fd);
    if (target !== undefined) target.unknown = true;
    return;
  }
  const { outgoing } = fd;
  if (outgoing === null) return;
  if (isRaw) {
    if (ret > 0) writeUnknown(fd);
    return;
  }
  if (ret >= 0) history.ask('return-is-true', ret <= len ? null : `the call took ${ret} bytes of ${len}`);
  noteSent(outgoing, ret, len, false);
  if (ret > 0) writeOut(history, fd, bytesOf(told, len).subarray(0, ret));
  else if (ret < 0) failToWrite(fd);
}

/**
 * A record that is open goes out with the next call that does not say MSG_MORE, and is lost when the connection ends
 * before (tls_sw_release_resources_tx). A call that had no room leaves one open, too.
 */
export function noteSent(channel: Channel, ret: number, len: number, more: boolean): void {
  if (!channel.isTls) return;
  if (ret < len) channel.wasFull = true;
  if (ret > 0) channel.isOpenRecord = more;
  // After shutdown a record can open that never goes out.
  if (ret > 0 && channel.ended) channel.lossy = true;
}

const EBADMSG = -74;

/** A record that both ends have keys for can be read. */
export function judgeTlsError(history: History, channel: Channel, ret: number): void {
  if (!channel.isTls || channel.unknown || channel.lossy) return;
  history.ask('stream-in-order', ret === EBADMSG ? 'a record cannot be read (EBADMSG)' : null);
}
