import { BYTES } from './bytes';
import { DATAREF } from './dataref';
import { DMA_ADDRESS_KEPT } from './dma_address_kept';
import { DMA_OWNERSHIP } from './dma_ownership';
import { DMA_MAPPED_ONCE } from './dma_mapped_once';
import { MVNETA_COUNTERS } from './mvneta_counters';
import { NO_DOUBLE_FREE } from './event';
import { GEOMETRY } from './geometry';
import type { Invariant } from './invariant';
import { NO_LEAK } from './no_leak';
import { NO_POOL_PAGE_IN_FRAGS } from './no_pool_page_in_frags';
import { NO_SHARED_WRITE } from './no_shared_write';
import { NO_USE_AFTER_FREE } from './no_use_after_free';
import { PAGE_REFCOUNT } from './page_refcount';
import { PFMEMALLOC_IS_REAL } from './pfmemalloc_is_real';
import { POOL_INFLIGHT } from './pool_inflight';
import { POOL_REFCOUNT } from './pool_refcount';
import { RECYCLED_IS_EXCLUSIVE } from './recycled_is_exclusive';
import { RETURNS_TO_ITS_POOL } from './returns_to_its_pool';
import { RING_BOUNDS } from './ring_bounds';
import { SKB_USERS } from './skb_users';
import { SOCKET_CHARGE } from './socket_charge';
import { TRUESIZE_COVERS } from './truesize_covers';
import { TRUESIZE_EXACT } from './truesize_exact';
import { UARG_REFCOUNT } from './uarg_refcount';
import { XSK_COMPLETION } from './xsk_completion';

/**
 * The invariants in the order of checking. The first that fails names the finding, so causes come before consequences.
 */
export const INVARIANTS: readonly Invariant[] = [
  NO_LEAK,
  NO_DOUBLE_FREE,
  NO_USE_AFTER_FREE,
  RETURNS_TO_ITS_POOL,
  NO_POOL_PAGE_IN_FRAGS,
  RECYCLED_IS_EXCLUSIVE,
  PFMEMALLOC_IS_REAL,
  POOL_REFCOUNT,
  PAGE_REFCOUNT,
  POOL_INFLIGHT,
  DMA_MAPPED_ONCE,
  DMA_ADDRESS_KEPT,
  DMA_OWNERSHIP,
  DATAREF,
  SKB_USERS,
  UARG_REFCOUNT,
  SOCKET_CHARGE,
  TRUESIZE_EXACT,
  TRUESIZE_COVERS,
  GEOMETRY,
  NO_SHARED_WRITE,
  BYTES,
  RING_BOUNDS,
  MVNETA_COUNTERS,
  XSK_COMPLETION,
];
