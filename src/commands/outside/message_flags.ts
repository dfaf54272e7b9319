/** MSG_* flags of send(2) and recv(2) (include/linux/socket.h). */
export const MSG = {
  oob: 0x1,
  peek: 0x2,
  trunc: 0x20,
  dontwait: 0x40,
  eor: 0x80,
  waitall: 0x100,
  errqueue: 0x2000,
  nosignal: 0x4000,
  more: 0x8000,
  zerocopy: 0x400_0000,
} as const;

/** The bits of the flags that a call names, given its words in the order of their bits. */
export function messageFlags(words: readonly (keyof typeof MSG)[], bits: number): number {
  return words.reduce((flags, word, bit) => ((bits >>> bit) & 1 ? flags | MSG[word] : flags), 0);
}
