import type { Page } from '../../../structs/page';
import type { PagePool } from '../../../structs/page_pool';
import { freePage, newPage } from '../../../mm/page_alloc';
import { pagePoolClearPpInfo, pagePoolSetPpInfo } from './page_pool_pp_info';
import type { World } from '../../../world/world';

/*
 * A memory provider as mp_dmabuf_devmem_* in net/core/devmem.c (7.3) is one: it gives its pool one net_iov at a time.
 * Its net_iovs belong to no binding (NET_IOV_IOURING), so plain references to them count nothing.
 */

/** mp_ops->init(). */
export function mpInit(world: World, pool: PagePool, count: number): void {
  const niovs = Array.from({ length: count }, () => newPage(world, 0));
  for (const niov of niovs) niov.netIov = true;
  pool.provider = { niovs, free: [...niovs].reverse() };
}

/** mp_ops->alloc_netmems(). Returns null if all net_iovs are out. */
export function mpAllocNetmems(world: World, pool: PagePool): Page | null {
  const niov = pool.provider?.free.pop();
  if (niov === undefined) return null;
  world.touchPage(niov);
  // net_mp_niov_set_page_pool()
  pagePoolSetPpInfo(world, pool, niov);
  pool.holdCnt++;
  return niov;
}

/** mp_ops->release_netmem(): the net_iov is the provider's again. Returns whether the pool must put it: never. */
export function mpReleaseNetmem(world: World, pool: PagePool, niov: Page): boolean {
  world.touchPage(niov);
  if (niov.ppRefCount !== 1)
    world.violate(
      'pool-refcount',
      'page',
      `net_iov#${niov.id} goes back to its provider with ${niov.ppRefCount} pool users`,
    );
  // net_mp_niov_clear_page_pool()
  pagePoolClearPpInfo(niov);
  pool.provider?.free.push(niov);
  return !world.rules.providerKeepsNetIovs;
}

/** mp_ops->destroy(): the area is freed with its pool. */
export function mpDestroy(world: World, pool: PagePool): void {
  if (pool.provider === null) return;
  const { niovs, free } = pool.provider;
  if (free.length !== niovs.length)
    world.violate(
      'pool-inflight',
      'pool',
      `pool#${pool.id} is freed while ${niovs.length - free.length} net_iovs of its provider are out`,
    );
  for (const niov of niovs) freePage(world, niov);
  pool.provider = null;
}
