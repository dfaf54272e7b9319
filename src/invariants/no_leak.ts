import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const NO_LEAK: Invariant = {
  name: 'no-leak',
  statement: 'after settle nothing exists: no page is held, no mapping, no inflight page, no skb, no charge',
  source: 'page_pool_destroy, kfree_skb, sk_free, dma_unmap_page: each must free all that it releases (6.1 and 6.12)',
  checkSettled(world) {
    leftovers(world, 'handles', 'name', world.names.length);
    leftovers(world, 'skbs', 'skb', world.skbs.length);
    leftovers(world, 'heads', 'skb', world.datas.length);
    leftovers(world, 'pools', 'pool', world.pools.length);
    leftovers(world, 'pages', 'page', world.pages.filter((page) => !heldByPerCpuCache(world, page)).length);
    leftovers(world, 'sockets', 'sock', world.socks.length);
    leftovers(world, 'zerocopy owners', 'uarg', world.uargs.length);
    leftovers(world, 'objects of the systems around the core', 'system', world.systems.live);
    for (const device of world.devices)
      leftovers(world, `mappings of device#${device.id}`, 'page', device.mappings.size);
    return 1;
  },
};

/** The per-CPU caches of netdev_alloc_skb and napi_alloc_skb outlive every program. */
function heldByPerCpuCache(world: World, page: unknown): boolean {
  return page === world.napiFragCache?.page || page === world.napiSmallPage;
}

function leftovers(world: World, what: string, kind: string, count: number): void {
  if (count > 0) world.violate('no-leak', kind, `${count} ${what} are left after everything was released`);
}
