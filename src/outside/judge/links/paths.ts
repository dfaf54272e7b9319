import type { History } from '../history';
import type { JudgedFd } from '../judged_fd';

/**
 * Something on a link changes bytes or sends packets twice: nobody follows the sockets that talk over links from here
 * on, as the judge knows the way of frames that a program writes alone.
 */
export function hidePaths(history: History): void {
  history.devices.hidesPaths = true;
  for (const fd of history.all()) if (fd.isOverLink) hide(fd);
}

/** A socket that talks over a link. */
export function judgePath(history: History, fd: JudgedFd): void {
  fd.isOverLink = true;
  if (history.devices.hidesPaths) hide(fd);
}

/** Both ends share these. */
function hide({ incoming, outgoing, datagrams, outDatagrams }: JudgedFd): void {
  for (const one of [incoming, outgoing, datagrams, outDatagrams]) if (one !== null) one.unknown = true;
}
