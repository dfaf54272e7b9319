import { Device } from '../../../src/model/structs/device';
import { harmsTo, type Harm } from './harm';

const settled = { settled: true } as const;
const PAGE = 'page1 = alloc_pages()\n';

/** The objects that are left after settle. Here no object was released, so each program leaves its own. */
export const SETTLED_HARMS: readonly Harm[] = [
  ...harmsTo(
    'page-refcount, no-leak',
    PAGE,
    { 'the count of a page that is left is wrong': (w) => w.pages[0].refcount++ },
    { ...settled, times: 3 },
  ),
  ...harmsTo('', '', { 'nothing is left of nothing': () => undefined }, settled),
  ...harmsTo('no-leak', PAGE, { 'a page and its name are left': () => undefined }, { ...settled, times: 2 }),
  ...harmsTo(
    'no-leak',
    'skb1 = alloc_skb(size: 0)\n',
    { 'an skb, its head and its name are left': () => undefined },
    { ...settled, times: 3 },
  ),
  ...harmsTo(
    'no-leak',
    'sock1 = sk_alloc()\n',
    { 'a socket and its name are left': () => undefined },
    { ...settled, times: 2 },
  ),
  ...harmsTo(
    'no-leak',
    'uarg1 = ubuf_alloc()\n',
    { 'an owner and its name are left': () => undefined },
    { ...settled, times: 2 },
  ),
  ...harmsTo(
    'no-leak',
    'pool1 = page_pool_create(pool_size: 16)\n',
    { 'a pool and its name are left': () => undefined },
    { ...settled, times: 2 },
  ),
  ...harmsTo(
    'no-leak',
    'rxq1 = xdp_rxq_info_reg()\n',
    { 'a queue and its name are left': () => undefined },
    { ...settled, times: 2 },
  ),
  ...harmsTo(
    'no-leak',
    `device1 = device_add()\n${PAGE}mapping1 = dma_map_page(device: device1, page: page1)\n`,
    { 'a mapping, its device, its page and its names are left': () => undefined },
    { ...settled, times: 3 },
  ),
  ...harmsTo('', '', { 'a device without mappings is left': (w) => w.devices.push(new Device()) }, settled),
  ...harmsTo(
    '',
    'skb1 = napi_alloc_skb(len: 600)\nkfree_skb(skb: skb1)\n',
    { 'the page of the cache of the CPU is left': () => undefined },
    settled,
  ),
  ...harmsTo(
    '',
    'skb1 = napi_alloc_skb(len: 100)\nkfree_skb(skb: skb1)\n',
    { 'the small page of the CPU is left': () => undefined },
    settled,
  ),
];
