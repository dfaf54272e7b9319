import { parseZerocopyReceive } from '../../commands/outside/abi/socket/values';
import { PAGE_BYTES } from '../../commands/outside/object_memory';
import { PLACE_PAGES, ZEROCOPY_OUT } from '../../commands/outside/socket/zerocopy_recv';
import { valueOf, wordOf } from './args';
import type { Channel } from './channel';
import type { History, Told } from './history';
import { judgeStreamBytes } from './receive';

/* Bytes of a stream that are mapped into the reader's memory. */

export function judgeZerocopyRecv(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const [{ ret, out }] = told.main;
  if (fd === undefined) return;
  const { incoming, mapping } = fd;
  const place = valueOf(told, 'place');
  mapping.places.add(place);
  if (told.returnsOf('mmap').some((at) => at >= 0)) {
    mapping.isThere = true;
    mapping.forget(place, PLACE_PAGES);
  }
  const len = valueOf(told, 'len');
  // The kernel clears as much of the place as it might fill.
  mapping.forget(place, Math.ceil(len / PAGE_BYTES));
  if (ret < 0) return;
  const { mapped, copied, queued } = parseZerocopyReceive(out[ZEROCOPY_OUT.answer]);
  const copy = valueOf(told, 'copy');
  const isRight = mapped <= len && copied <= copy && mapped % PAGE_BYTES === 0;
  const message = `${mapped} bytes of ${len} were mapped, and ${copied} of ${copy} copied`;
  history.ask('return-is-true', isRight ? null : message);
  if (!isRight || incoming === null) return;
  const pages = out.slice(ZEROCOPY_OUT.pages, ZEROCOPY_OUT.pages + mapped / PAGE_BYTES);
  const missing = pages.findIndex(({ length }) => length < PAGE_BYTES);
  if (missing >= 0) return history.ask('mapping-stays', `page ${missing} was received, but is not there`);
  // tcp_recvmsg_locked, the fallback to a copy, moves it back. Mapped pages and tcp_copy_straggler_data do not
  // (net/ipv4/tcp.c, 6.12 and 7.3).
  fd.peekOffset.lose();
  mapping.receive(place, pages);
  const data = Buffer.concat([...pages, out[ZEROCOPY_OUT.copy].subarray(0, Math.max(0, copied))]);
  judgeNext(history, incoming, data, queued);
}

function judgeNext(history: History, incoming: Channel, data: Buffer, queued: number): void {
  if (data.length > 0) {
    // It takes the records of kernel TLS as they are on the way, behind the back of those that decrypt.
    if (incoming.isTls) incoming.isGarbled = incoming.unknown = incoming.lossy = true;
    // It takes what TCP has, and not what a program redirected.
    if (incoming.hasApart) incoming.unknown = true;
    incoming.peeked = null;
    incoming.beginRead();
    judgeStreamBytes(history, incoming, data, false);
  }
  // tcp_inq counts the bytes of records as they are on the way.
  if (incoming.unknown || incoming.hasUrgent || incoming.isTls) return;
  // Behind the end of the stream it is never 0: tcp_inq_hint.
  const isTrue = queued <= incoming.left || (incoming.ended && queued === 1);
  history.ask('unread-is-true', isTrue ? null : `${queued} bytes are said to be there, but ${incoming.left} are left`);
}

export function judgeMapped(history: History, told: Told): void {
  const mapping = history.fd(valueOf(told, 'fd'))?.mapping;
  if (mapping === undefined) return;
  for (const complaint of mapping.complaints(told.main[0].out)) history.ask('mapping-stays', complaint);
  if (wordOf(told, 'to') === 'unmap') mapping.clear();
}
