import type { History, Told } from './history';
import type { JudgedFd } from './judged_fd';
import { valueOf } from './args';

/** SK_MEMINFO_* in their order (include/uapi/linux/sock_diag.h). */
const WORDS = [
  ...(['rmem_alloc', 'rcvbuf', 'wmem_alloc', 'sndbuf', 'fwd_alloc', 'wmem_queued', 'optmem', 'backlog'] as const),
  ...(['drops'] as const),
];
type Meminfo = Readonly<Record<(typeof WORDS)[number], number>>;

/** Reads and judges the answer to SO_MEMINFO. */
export function judgeMeminfoOf(history: History, bytes: Buffer, fd: JudgedFd | undefined): Meminfo {
  const info = Object.fromEntries(WORDS.map((word, at) => [word, bytes.readInt32LE(4 * at)])) as Meminfo;
  // With an upper layer (TCP_ULP) nobody promises what the socket has in reserve.
  const asked = WORDS.filter((word) => word !== 'fwd_alloc' || fd?.hasUpperLayer !== true);
  const negative = asked.find((word) => info[word] < 0);
  const message = negative === undefined ? null : `${negative} of the socket is ${info[negative]}`;
  history.ask('counters-not-negative', message);
  return info;
}

export function judgeMeminfo(history: History, told: Told): void {
  const [{ ret, out }] = told.main;
  if (ret === 0) judgeMeminfoOf(history, out[0], history.fd(valueOf(told, 'fd')));
}
