import type { History, Told } from './history';

/** SK_MEMINFO_* in their order (include/uapi/linux/sock_diag.h). */
const WORDS = [
  ...(['rmem_alloc', 'rcvbuf', 'wmem_alloc', 'sndbuf', 'fwd_alloc', 'wmem_queued', 'optmem', 'backlog'] as const),
  ...(['drops'] as const),
];
type Meminfo = Readonly<Record<(typeof WORDS)[number], number>>;

/** Reads and judges the answer to SO_MEMINFO. */
export function judgeMeminfoOf(history: History, bytes: Buffer): Meminfo {
  const info = Object.fromEntries(WORDS.map((word, at) => [word, bytes.readInt32LE(4 * at)])) as Meminfo;
  const negative = WORDS.find((word) => info[word] < 0);
  const message = negative === undefined ? null : `${negative} of the socket is ${info[negative]}`;
  history.ask('counters-not-negative', message);
  return info;
}

export function judgeMeminfo(history: History, { main }: Told): void {
  if (main[0].ret === 0) judgeMeminfoOf(history, main[0].out[0]);
}
