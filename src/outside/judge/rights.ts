import type { History, Told } from './history';
import type { JudgedFd } from './judged_fd';
import { judgeRecv } from './receive';
import { judgeSend } from './send';
import { valueOf } from './args';

/* Open files on their way over sockets of AF_UNIX. */

export function judgeSendFd(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const file = history.fd(valueOf(told, 'file'));
  const place = fd?.outgoing?.put ?? 0;
  judgeSend(history, told);
  const [{ ret }] = told.main;
  // A stream that takes no byte takes no file either.
  if (fd?.family !== 'unix' || ret < 0 || (fd.type === 'stream' && ret === 0)) return;
  if (file === undefined) return;
  file.isShared = true;
  history.shared.add(file);
  const { outgoing } = fd;
  if (fd.type !== 'stream' || outgoing === null) return;
  history.rights.set(outgoing, [...(history.rights.get(outgoing) ?? []), { place, file }]);
}

export function judgeRecvFd(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  const before = fd?.incoming?.place ?? 0;
  const [{ ret }] = told.main;
  if (ret === 0 && fd?.type === 'stream' && valueOf(told, 'len') > 0)
    return history.ask('files-arrive', 'descriptors arrived without the bytes that they were sent with');
  judgeRecv(history, told);
  if (fd === undefined) return;
  const { incoming, datagrams } = fd;
  if (ret < 0) {
    // A message without descriptors was read, and the executor lost its length.
    const EBADF = -9;
    if (ret !== EBADF) return;
    if (incoming !== null) incoming.unknown = true;
    datagrams.unknown = true;
    return;
  }
  if (fd.type !== 'stream' || incoming === null || incoming.unknown || incoming.hasUrgent) return hide(history);
  const after = incoming.place;
  const sent = history.rights.get(incoming) ?? [];
  const found = sent.find(({ place }) => place >= before && place < after);
  history.rights.set(
    incoming,
    sent.filter(({ place }) => place >= after),
  );
  const message = found === undefined ? 'descriptors arrived that nobody sent with these bytes' : null;
  history.ask('files-arrive', message);
  if (found !== undefined) history.name(told.call.result, found.file);
}

/** Nobody knows which file has the new name: it may be any that was sent. */
function hide(history: History): void {
  // A file on its way is open, though its descriptor may be closed.
  for (const file of history.shared) hideFile(file);
}

function hideFile(fd: JudgedFd): void {
  for (const channel of [fd.incoming, fd.outgoing])
    if (channel !== null) channel.unknown = channel.lossy = channel.ended = true;
  for (const datagrams of [fd.datagrams, fd.outDatagrams, fd.peer?.datagrams ?? null])
    if (datagrams !== null) datagrams.unknown = datagrams.lossy = true;
  fd.contentUnknown = true;
}
