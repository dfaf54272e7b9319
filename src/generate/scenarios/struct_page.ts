import { usuallyNextOf, weightsOf, CORE_SYSTEMS } from '../usual';
import { commandsOf, type Scenario } from '../scenario';
import { RFC_2018 } from './rfc_2018';

const SYSTEMS = [...CORE_SYSTEMS, 'rfc-2018', 'struct-page'];

export const STRUCT_PAGE: Scenario = {
  name: 'struct-page',
  title: 'the words of struct page: DMA addresses of every size, the signature of the pool, pages on lists',
  commands: commandsOf(SYSTEMS),
  weights: {
    ...weightsOf(CORE_SYSTEMS),
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
    ...usuallyNextOf([...CORE_SYSTEMS, 'struct-page']),
    device_add: ['device_set_dma_window', 'device_set_dma_window', 'page_pool_create', 'dma_map_page'],
    alloc_pages: [
      'device_write',
      'device_write',
      'folio_add_lru',
      'folio_add_lru',
      'page_set_owner_word',
      'build_skb',
      'dma_map_page',
    ],
  },
  profiles: [
    ...['linux-6.12-ilp32-dma64', 'linux-6.12-ilp32', 'linux-6.1-ilp32-dma64', 'rfc-2018-ilp32-dma64'],
    ...['linux-6.12', 'linux-6.1', 'rfc-2018'],
  ],
  modelOnly: 'the words of struct page and the width of addresses are those of the machine',
  length: { min: 5, usual: 110, max: 200 },
};
