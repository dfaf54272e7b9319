import { CORE_FOLLOWS } from '../core_follows';
import { commandsOf, type Scenario } from '../scenario';
import { CORE_WEIGHTS } from './core';
import { RFC_2018 } from './rfc_2018';

const SYSTEMS = ['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock', 'rfc-2018', 'struct-page'];

export const STRUCT_PAGE: Scenario = {
  name: 'struct-page',
  title: 'the words of struct page: DMA addresses of every size, the signature of the pool, pages on lists',
  commands: commandsOf(SYSTEMS),
  weights: {
    ...CORE_WEIGHTS,
    ...{
      device_add: 8,
      device_set_dma_window: 16,
      folio_add_lru: 32,
      page_set_owner_word: 16,
      set_page_pfmemalloc: 8,
      device_remove: 16,
    },
    ...{ skb_set_mem_info: RFC_2018.weights.skb_set_mem_info, page_pool_release_page: 16 },
  },
  follows: {
    ...CORE_FOLLOWS,
    device_add: ['device_set_dma_window', 'device_set_dma_window', 'page_pool_create', 'dma_map_page'],
    device_set_dma_window: ['page_pool_create', 'page_pool_create', 'page_pool_alloc_pages', 'dma_map_page'],
    alloc_pages: [
      'device_write',
      'device_write',
      'folio_add_lru',
      'folio_add_lru',
      'page_set_owner_word',
      'build_skb',
      'dma_map_page',
    ],
    page_set_owner_word: ['device_write', 'device_write', 'skb_fill_page_desc_managed', 'skb_fill_page_desc_managed'],
    folio_add_lru: ['device_write', 'device_write', 'skb_add_rx_frag', 'skb_add_rx_frag'],
  },
  profiles: [
    ...['linux-6.12-ilp32-dma64', 'linux-6.12-ilp32', 'linux-6.1-ilp32-dma64', 'rfc-2018-ilp32-dma64'],
    ...['linux-6.12', 'linux-6.1', 'rfc-2018'],
  ],
  modelOnly: 'the words of struct page and the width of addresses are those of the machine',
  length: { min: 5, usual: 110, max: 200 },
};
