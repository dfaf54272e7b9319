import {
  DESTRUCTOR_NONE,
  DESTRUCTOR_SOCK_EDEMUX,
  DESTRUCTOR_SOCK_RFREE,
  DESTRUCTOR_SOCK_WFREE,
  DESTRUCTOR_TCP_WFREE,
} from '../model/structs/sk_buff';
import { TX_SKB, TX_XDP_NDO, TX_XDP_TX } from '../model/structs/mvneta_port';

/** Stands for a handle number: a segment on the list behind the previous skb. */
export const SEGMENT = 0xffff;
/** In a page's pool references: the count still has the bias of the pool; the rest of the word is the missing part. */
export const FRAG_COUNT_BIASED = 0x40000000;

/** Bits of a page's word `pfmemalloc|signature`. */
export const PAGE_BITS = { pfmemalloc: 1, signature: 2 } as const;
/** Bits of an skb's word `flags`; `fclone` has two. */
export const SKB_BITS = {
  cloned: 1,
  nohdr: 2,
  head_frag: 4,
  pfmemalloc: 8,
  pp_recycle: 16,
  fclone: 32,
  unreadable: 128,
} as const;

/**
 * Values of an skb's word `destructor`: those that a target can name. OTHER is any other destructor: xsk_destruct_skb
 * is static, and sock_efree cannot be distinguished from it.
 */
export const DESTRUCTORS = {
  NONE: DESTRUCTOR_NONE,
  SOCK_WFREE: DESTRUCTOR_SOCK_WFREE,
  SOCK_RFREE: DESTRUCTOR_SOCK_RFREE,
  OTHER: DESTRUCTOR_SOCK_EDEMUX,
  TCP_WFREE: DESTRUCTOR_TCP_WFREE,
} as const;

/** Values of the word `type` of a transmit descriptor. */
export const TX_TYPES = { XDP_TX: TX_XDP_TX, XDP_NDO: TX_XDP_NDO, SKB: TX_SKB } as const;
