import type { NapiGroCb } from './napi_gro_cb';
import type { Page } from './page';
import type { PagePool } from './page_pool';
import type { Sock } from './sock';
import type { Uarg } from './uarg';
import type { XskAddrs, XskTx } from './xdp_sock';

export const SKB_DATAREF_SHIFT = 16;
export const SKB_DATAREF_MASK = (1 << SKB_DATAREF_SHIFT) - 1;

export const SKBFL_ZEROCOPY_ENABLE = 1;
export const SKBFL_SHARED_FRAG = 2;
export const SKBFL_PURE_ZEROCOPY = 4;
export const SKBFL_DONT_ORPHAN = 8;
export const SKBFL_MANAGED_FRAG_REFS = 16;
export const SKBFL_ZEROCOPY_FRAG = SKBFL_ZEROCOPY_ENABLE | SKBFL_SHARED_FRAG;
export const SKBFL_ALL_ZEROCOPY =
  SKBFL_ZEROCOPY_FRAG | SKBFL_PURE_ZEROCOPY | SKBFL_DONT_ORPHAN | SKBFL_MANAGED_FRAG_REFS;

export const SKB_FCLONE_UNAVAILABLE = 0;
export const SKB_FCLONE_ORIG = 1;
export const SKB_FCLONE_CLONE = 2;

export const DESTRUCTOR_NONE = 0;
export const DESTRUCTOR_SOCK_WFREE = 1;
export const DESTRUCTOR_SOCK_RFREE = 2;
export const DESTRUCTOR_SOCK_EDEMUX = 3;
export const DESTRUCTOR_TCP_WFREE = 4;
/** xsk_destruct_skb. */
export const DESTRUCTOR_XSK = 5;
/** The skb is charged to no socket, but holds a reference to one (skb_orphan_partial). */
export const DESTRUCTOR_SOCK_EFREE = 6;

/** skb_frag_t. */
export interface Frag {
  page: Page;
  /** Bytes from the start of the (compound) page. */
  offset: number;
  /** Bytes. */
  size: number;
  /** The index of bv_page in its compound page; 0: its head. Only frags out of a pipe have another one. */
  tail: number;
  /**
   * Ghost: the end of the buffer of the XDP packet that the frag came from. 0: the frag came from elsewhere, or grew by
   * a neighbour.
   */
  bufferEnd: number;
}

/**
 * One head buffer and the struct skb_shared_info at its end. Clones share both. `end` is the usable size
 * (skb_end_offset): the shared_info starts there.
 */
export class SkbData {
  id = 0;
  /** Arena address of the first byte. */
  head = 0;
  end = 0;
  /** kmalloc: bytes of the object; page-backed: bytes of the fragment. */
  allocSize = 0;
  /**
   * Bytes from the head to the end of its memory, if the builder of the skb did not allocate that memory; 0: allocSize.
   */
  bufferSize = 0;
  /** The address at which that memory begins; 0: the head begins there. */
  bufferStart = 0;
  /** The compound head page that holds the head; null for a kmalloc object. */
  page: Page | null = null;
  /**
   * The slab page of a kmalloc head, if a broken rule made the head a frag (virt_to_head_page). It is freed with the
   * object.
   */
  slab: Page | null = null;
  freed = false;
  /**
   * Bytes of the linear part were given to a pipe or another skb by reference. The receiver sees all later writes to
   * them.
   */
  handedOut = false;

  dataref = 1;
  /** SKBFL_*. */
  flags = 0;
  nrFrags = 0;
  readonly frags: Frag[] = [];
  fragList: SkBuff | null = null;
  /** destructor_arg, meaningful while SKBFL_ZEROCOPY_ENABLE is set. */
  uarg: Uarg | null = null;
  /**
   * destructor_arg of an AF_XDP skb: the descriptor's address (6.1, 7.3), how many descriptors it has (6.6 to 6.12).
   */
  destructorArg = 0;
  /** destructor_arg of an AF_XDP skb of several descriptors (7.3). */
  xskAddrs: XskAddrs | null = null;
  gsoSize = 0;
  gsoType = 0;
  /** skb_segment made the linear bytes a frag of a segment, which sees them and is not counted by dataref. */
  headShared = false;
  gsoSegs = 0;

  index = 0;
  seenInWalk = 0;
  seenDataref = 0;
  seenNohdr = 0;
  /** One of the skbs that share this head is marked for recycling. */
  seenRecycle = false;
  /** Scratch of observations: the last observation that met the object, and its number there. */
  seenInObservation = 0;
  seenAs = 0;
}

/** struct sk_buff_fclones: an sk_buff allocated together with room for its clone. */
export interface Fclones {
  ref: number;
}

/** struct sk_buff. */
export class SkBuff {
  id = 0;
  freed = false;
  users = 1;
  len = 0;
  dataLen = 0;
  truesize = 0;
  hdrLen = 0;
  cloned = false;
  nohdr = false;
  headFrag = false;
  pfmemalloc = false;
  ppRecycle = false;
  /** One of the frags is a net_iov (6.12). */
  unreadable = false;
  /**
   * mem_info of the 2018 RFC, as far as it can be set: MEM_TYPE_PAGE_POOL and the id of this pool. Null: it is not set.
   */
  memInfo: PagePool | null = null;
  fclone = SKB_FCLONE_UNAVAILABLE;
  fclones: Fclones | null = null;
  /** Bytes from data.head. */
  dataOffset = 0;
  tail = 0;
  /** skb->head and skb_shinfo(skb); null only in a shell whose head was released. */
  data!: SkbData;
  sk: Sock | null = null;
  destructor = DESTRUCTOR_NONE;
  /**
   * The next member of a frag_list. Of an skb with a name: the next skb of the list that skb_segment made, which this
   * skb holds.
   */
  next: SkBuff | null = null;
  /** NAPI_GRO_CB, while the packet is in GRO. */
  gro: NapiGroCb | null = null;

  /**
   * The expected payload: pairs of (start in the pattern, length). The commands compute it from the meaning of each
   * call; the model's functions never do. The `bytes` invariant compares it with the bytes in memory.
   * Immutable: clones share it.
   */
  payload: readonly number[] = [];
  /** Ghost: the descriptors that AF_XDP built it from. */
  tx: XskTx | null = null;
  /**
   * A pool reference was moved in before skb_mark_for_recycle: the driver still owes the mark. Kept by the commands.
   */
  owesMark = false;

  /** The expected truesize: commands/truesize_ledger.ts sums the memory that each call adds, moves or frees. */
  expectedTruesize = 0;
  /** Bytes that the kernel knowingly does not charge (a head that grew while a socket owned the skb, say). */
  truesizeDebt = 0;
  /** The head, its usable size and the paged bytes when expectedTruesize was last settled. */
  ledgerData: SkbData | null = null;
  ledgerEnd = 0;
  ledgerDataLen = 0;
  /** truesize when the skb joined a frag_list: the charge that the head of the list got for it. */
  truesizeInList = 0;

  index = 0;
  seenUsers = 0;
  seenInWalk = 0;
  /** Scratch of observations: the last observation that met the object, and its number there. */
  seenInObservation = 0;
  seenAs = 0;
  /** The last observation that asked for a hash of its payload. */
  hashedInObservation = 0;
  touched = false;
}
