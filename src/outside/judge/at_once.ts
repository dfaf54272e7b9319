import type { Channel } from './channel';
import type { History } from './history';
import type { JudgedFd } from './judged_fd';

/*
 * A pipe, and a socket of AF_UNIX, deliver synchronously: the bytes are in the reader's queue when the writer's call
 * returns (unix_stream_sendmsg, unix_dgram_sendmsg, pipe_write).
 */

export const EAGAIN = -11;

const isSynchronous = ({ what, family }: JudgedFd): boolean =>
  what === 'pipe' || (what === 'socket' && family === 'unix');

/** A read said that there is nothing. @param len - of its buffer */
export function judgeNothing(history: History, fd: JudgedFd, len: number): void {
  if (!isSynchronous(fd)) return;
  if (fd.type === 'stream') {
    if (fd.incoming !== null) judgeNothingInStream(history, fd.incoming, len);
    return;
  }
  const { waiting, unknown, lossy } = fd.datagrams;
  // An empty packet of a connection looks like its end, so nobody knows whether it was read.
  const there = waiting.find(({ bytes }) => bytes.length > 0 || fd.type === 'dgram');
  if (unknown || lossy) return;
  const message = there === undefined ? null : `EAGAIN, though a datagram of ${there.bytes.length} bytes is there`;
  history.ask('readable-at-once', message);
}

function judgeNothingInStream(history: History, { leftInline, mark, unknown }: Channel, len: number): void {
  if (unknown) return;
  if (leftInline > 0) return history.ask('readable-at-once', `EAGAIN, though ${leftInline} bytes are there`);
  // A read of no bytes does not wait where a byte is, be it urgent.
  const isEmptyRead = len === 0 && mark.waits;
  history.ask(
    'readable-at-once',
    isEmptyRead ? 'a read of 0 bytes fails with EAGAIN, though an urgent byte is there' : null,
  );
}

/** A read in the stream returns what the peek before it returned. @param len - of its buffer */
export function judgePeeked(history: History, channel: Channel, data: Buffer, len: number): void {
  const { peeked, mark, unknown, lossy } = channel;
  channel.peeked = null;
  if (peeked === null || unknown || lossy || peeked.mark !== mark.at) return;
  const want = Math.min(len, peeked.bytes.length);
  const common = Math.min(data.length, want);
  const isSame = data.subarray(0, common).equals(peeked.bytes.subarray(0, common));
  const message = !isSame
    ? 'a read returns other bytes than the peek before it'
    : data.length < want
      ? `a peek returned ${peeked.bytes.length} bytes, and the read of ${len} after it ${data.length}`
      : null;
  history.ask('peek-is-next', message);
}
