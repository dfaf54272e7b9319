import { dropHandle } from '../../../src/model/world/handles';
import type { Page, PageRef } from '../../../src/model/structs/page';
import type { PagePool } from '../../../src/model/structs/page_pool';
import { putPage } from '../../../src/model/mm/page_alloc';
import { sensePfmemalloc } from '../../../src/model/net/core/skbuff/frags/skb_add_managed_frag';
import type { World } from '../../../src/model/world/world';
import type { Harm } from './harm';

const POOL_ARGS = '(pool_size: 16, flags: dma_map|dma_sync_dev)\n';
const POOL = `pool1 = page_pool_create${POOL_ARGS}`;
const POOL_PAGE = `${POOL}page1 = page_pool_alloc_pages(pool: pool1)\n`;
const RECYCLED = `${POOL_PAGE}page_pool_put_full_page(page: page1)\n`;
const SKB = 'skb1 = alloc_skb(size: 256)\nskb_put(skb: skb1, len: 64)\n';
const XSK = `netdev1 = netdev_add(no_linear: 1)
umem1 = xdp_umem_reg(chunks: 2, chunk_size: 2048, entries: 8)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 8)
umem_write(umem: umem1, len: 2048)
xsk_tx_desc(xsk: xsk1, len: 60)
xsk_sendto(xsk: xsk1)
skb1 = netdev_tx_next(netdev: netdev1)
`;
const CLONED = `${SKB}skb2 = skb_clone(skb: skb1)\n`;

/** The page that a program got from its pool: it has a name, or lies in the ring. */
function poolPage(world: World): Page {
  const [pool] = world.pools;
  return world.pages.find((page) => pool.ring.includes(page) || (page.pp === pool && page.poolSlots === 0)) as Page;
}

const PORT = `device1 = device_add()
port1 = mvneta_probe(device: device1)
pool1 = mvneta_open(port: port1)
`;

export const CORE_HARMS: readonly Harm[] = [
  {
    what: 'an skb is left after settle',
    invariant: 'no-leak',
    program: SKB,
    harm: () => undefined,
    settled: true,
    times: 3,
  },
  {
    what: 'a page that is free is put',
    invariant: 'no-double-free',
    program: 'page1 = alloc_pages()\n',
    harm: (world) => {
      const [page] = world.pages;
      putPage(world, page);
      dropHandle(world, 0);
      putPage(world, page);
    },
  },
  {
    what: 'a name holds an skb that is free',
    invariant: 'no-use-after-free',
    program: SKB,
    harm: (world) => (world.skbs[0].freed = true),
  },
  {
    what: "a page is in another pool's ring",
    invariant: 'returns-to-its-pool',
    program: `${RECYCLED}pool2 = page_pool_create${POOL_ARGS}`,
    harm: (world) => (poolPage(world).pp = world.pools[1]),
  },
  {
    what: "the page of a frag is its pool's again",
    invariant: 'no-pool-page-in-frags',
    profile: 'rfc-2018',
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
page2 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
skb_set_mem_info(skb: skb1)
device_write(page: page2, len: 64)
page_pool_release_page(page: page2)
skb_add_rx_frag(skb: skb1, page: page2, size: 64, truesize: 4096)
`,
    harm: (world) => {
      const [skb] = world.skbs;
      const [pool] = world.pools;
      const { page } = skb.data.frags[0];
      page.ppSignature = true;
      page.pp = pool;
      pool.releaseCnt--;
    },
  },
  {
    what: 'a page of the emergency reserves rests in a pool',
    invariant: 'recycled-is-exclusive',
    program: RECYCLED,
    harm: (world) => (poolPage(world).pfmemalloc = true),
  },
  {
    what: 'a pool reference is counted twice',
    invariant: 'pool-refcount',
    program: POOL_PAGE,
    harm: (world) => poolPage(world).ppRefCount++,
  },
  {
    what: 'a page reference is counted twice',
    invariant: 'page-refcount',
    program: 'page1 = alloc_pages()\n',
    harm: (world) => world.pages[0].refcount++,
  },
  {
    what: 'a page is counted as handed out twice',
    invariant: 'pool-inflight',
    program: POOL_PAGE,
    harm: (world) => world.pools[0].holdCnt++,
  },
  {
    what: 'a page is counted as returned before it is',
    invariant: 'pool-inflight',
    program: POOL_PAGE,
    harm: (world) => world.pools[0].releaseCnt++,
  },
  {
    what: 'a page of a pool is not mapped',
    invariant: 'dma-mapped-once',
    program: POOL_PAGE,
    harm: (world) => poolPage(world).mappings--,
  },
  {
    what: 'a page stores an address that is not its own',
    invariant: 'dma-address-kept',
    program: POOL_PAGE,
    harm: (world) => (poolPage(world).dmaAddr += 4096),
  },
  {
    what: 'the CPU owns bytes of a page that its pool promises to the device',
    invariant: 'dma-ownership',
    program: RECYCLED,
    harm: (world) => {
      const { mapping } = poolPage(world);
      if (mapping !== null) mapping.cpuOwned = [0, 64];
    },
  },
  {
    what: 'dataref counts an skb that does not share',
    invariant: 'dataref',
    program: SKB,
    harm: (world) => world.datas[0].dataref++,
  },
  {
    what: 'dataref counts a header that no skb gave up',
    invariant: 'dataref',
    program: CLONED,
    harm: (world) => (world.datas[0].dataref += 1 << 16),
  },
  {
    what: 'users counts a holder that is not there',
    invariant: 'skb-users',
    program: SKB,
    harm: (world) => world.skbs[0].users++,
  },
  {
    what: 'a zerocopy owner counts one holder less',
    invariant: 'uarg-refcount',
    program: 'uarg1 = ubuf_alloc()\n',
    harm: (world) => world.uargs[0].refcnt--,
  },
  {
    what: 'a socket is charged a byte too much',
    invariant: 'socket-charge',
    program: `${SKB}sock1 = sk_alloc()\nskb_set_owner_w(skb: skb1, sock: sock1)\n`,
    harm: (world) => world.socks[0].wmemAlloc++,
  },
  {
    what: 'a socket is charged a received byte too little',
    invariant: 'socket-charge',
    program: `${SKB}sock1 = sk_alloc()\nskb_set_owner_r(skb: skb1, sock: sock1)\n`,
    harm: (world) => world.socks[0].rmemAlloc--,
  },
  {
    what: 'truesize is a byte more than the allocation',
    invariant: 'truesize-exact',
    program: SKB,
    harm: (world) => world.skbs[0].truesize++,
  },
  {
    what: 'truesize is a byte less than the skb pins, by a formula that agrees',
    invariant: 'truesize-covers',
    program: SKB,
    harm: (world) => {
      world.skbs[0].truesize--;
      world.skbs[0].expectedTruesize--;
    },
  },
  {
    what: 'skb_shared_info spills over its buffer',
    invariant: 'geometry',
    program: SKB,
    harm: (world) => world.datas[0].allocSize--,
  },
  { what: 'data_len counts a byte that no frag has', invariant: 'geometry', program: SKB, harm: breakDataLen },
  {
    what: 'bytes are written that a clone sees as well',
    invariant: 'no-shared-write',
    program: CLONED,
    harm: (world) => {
      const { data, dataOffset } = world.skbs[0];
      world.lastIdBefore = Infinity;
      world.memory.writes.push(data.head + dataOffset, 1);
    },
  },
  {
    what: 'a bit of payload flips',
    invariant: 'bytes',
    program: SKB,
    harm: (world) => {
      const { data, dataOffset } = world.skbs[0];
      world.memory.bytes[data.head + dataOffset + 63] ^= 1;
    },
  },
  {
    what: 'the pool of pages that are out is free',
    invariant: 'no-use-after-free',
    times: 16,
    program: POOL_PAGE,
    harm: (world) => {
      world.pools[0].freed = true;
    },
  },
  {
    what: 'a fragment begins in front of its page',
    invariant: 'geometry',
    program: 'page1 = alloc_pages()\n',
    harm: (world) => {
      (world.pageNames[0].object as PageRef).offset = -1;
    },
  },
  {
    what: "the bit of pfmemalloc is read in a word that is the owner of the page's",
    invariant: 'pfmemalloc-is-real',
    program: 'page1 = alloc_pages()\nskb1 = alloc_skb(size: 0)\n',
    harm: (world) => {
      world.pages[0].ownerWord = 2;
      sensePfmemalloc(world, world.skbs[0], world.pages[0]);
    },
  },
  {
    what: 'a ring holds more pages than it has slots',
    invariant: 'ring-bounds',
    program: `${POOL_PAGE}page2 = page_pool_alloc_pages(pool: pool1)
page_pool_put_full_page(page: page1)
page_pool_put_full_page(page: page2)\n`,
    harm: (world) => (world.pools[0].poolSize = 1),
  },
  {
    what: 'a cache holds more pages than it has slots',
    invariant: 'ring-bounds',
    program: POOL_PAGE,
    harm: (world) => {
      const { cache } = world.pools[0] as PagePool;
      world.abi = { ...world.abi, ppAllocCacheSize: cache.length - 1 };
    },
  },
  {
    what: 'a driver counts a packet twice',
    invariant: 'driver-counters',
    program: PORT,
    harm: (world) => world.systems.ports[0].stats.xdpDrop++,
  },
  {
    what: 'a descriptor lost its buffer',
    invariant: 'driver-counters',
    program: PORT,
    harm: (world) => world.systems.ports[0].nonOccupied--,
  },
  {
    what: 'a slot of the completion ring is reserved for no packet',
    invariant: 'xsk-completion',
    program: XSK,
    harm: (world) => world.systems.umems[0].cq.cachedProd++,
  },
  {
    what: 'a descriptor is taken and forgotten',
    invariant: 'xsk-completion',
    program: XSK,
    harm: (world) => world.systems.xdpSocks[0].tx.cachedCons++,
  },
  {
    what: 'more is reserved than the ring has slots',
    invariant: 'xsk-completion',
    program: XSK,
    harm: (world) => (world.systems.umems[0].cq.consumer -= 8),
  },
  {
    what: 'user memory is written that an skb sends',
    invariant: 'no-shared-write',
    program: XSK,
    harm: (world) => world.memory.writes.push(world.systems.umems[0].pages[0].address, 1),
  },
];

/** len stays headlen + data_len, so that only the frags are missing. */
function breakDataLen(world: World): void {
  const [skb] = world.skbs;
  skb.dataLen++;
  skb.len++;
}
