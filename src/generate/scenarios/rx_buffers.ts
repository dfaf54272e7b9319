import { usuallyNextOf, weightsOf, CORE_SYSTEMS, usuallyNext } from '../usual';
import { times } from '../../commands/usual';
import { commandsOf, type Scenario } from '../scenario';

const SYSTEMS = [...CORE_SYSTEMS, 'rx-buffers'];

const FREES = times(4, 'page_frag_free');

export const RX_BUFFERS: Scenario = {
  name: 'rx-buffers',
  title:
    'receive buffers without a pool: halves of pages, chains of pages, page_frag caches short of memory; ' +
    'and esp, which replaces frags',
  commands: commandsOf(SYSTEMS),
  weights: {
    ...weightsOf(CORE_SYSTEMS),
    ...{ alloc_pages: 16, memory_pressure: 16, page_frag_cache_init: 6, page_frag_alloc: 32, page_frag_free: 96 },
    ...{ igb_receive: 96, virtnet_receive_big: 24, esp_output: 64 },
  },
  follows: {
    ...usuallyNextOf(SYSTEMS),
    alloc_pages: [...usuallyNext('alloc_pages'), 'igb_receive', 'igb_receive', 'igb_receive'],
    page_frag_alloc: [...FREES, ...FREES, 'page_frag_alloc', 'device_write', 'build_skb'],
    page_frag_free: ['page_frag_alloc', 'page_frag_alloc', 'page_frag_alloc', 'memory_pressure'],
    skb_mark_for_recycle: [...usuallyNext('skb_mark_for_recycle'), 'esp_output', 'esp_output', 'esp_output'],
  },
  modelOnly: 'there is no igb, no virtio-net and no xfrm state in the VMs, and memory cannot be made short by a call',
  length: { min: 5, usual: 110, max: 200 },
};
