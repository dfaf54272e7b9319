import { FAST_FLAG_WORDS, familyOfKind, isZerocopy } from '../../commands/outside/socket/fast_connected';
import { valueOf } from './args';
import { bytesOf, type History, type Told } from './history';
import { join, JudgedFd } from './judged_fd';
import { writeOut } from './msg_filter';

/** A connection whose first bytes are sent by the call that makes it: RFC 7413. */
export function judgeFastConnected(history: History, told: Told): void {
  const [{ ret }] = told.main;
  // Those of a connection that brings a cookie come before.
  const sent = told.returnsOf('sendto').at(-1) ?? -1;
  const len = valueOf(told, 'len');
  const flags = valueOf(told, 'flags');
  if (sent >= 0)
    history.ask('return-is-true', sent <= len ? null : `the call that connects took ${sent} bytes of ${len}`);
  if (ret < 0) return;
  const first = history.add(new JudgedFd(told.call.result, 'socket', familyOfKind(valueOf(told, 'kind')), 'stream'));
  first.unnamed = new JudgedFd(told.call.result, 'socket', first.family, 'stream');
  join(first, first.unnamed);
  if (isZerocopy(flags)) first.options.set('zerocopy', 1);
  if (sent > 0) {
    const isStamped = ((flags >>> FAST_FLAG_WORDS.indexOf('more')) & 1) === 0;
    writeOut(history, first, bytesOf(told, len).subarray(0, sent), { ofBytes: len, isStamped });
    if (isZerocopy(flags)) first.notices.sent++;
  }
}
