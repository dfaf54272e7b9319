import { commandsOf, type Scenario } from '../scenario';
import { CORE_FOLLOWS } from '../core_follows';
import { CORE_WEIGHTS } from './core';

const SYSTEMS = ['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock', 'rx-buffers'];

const FREES = ['page_frag_free', 'page_frag_free', 'page_frag_free', 'page_frag_free'];

export const RX_BUFFERS: Scenario = {
  name: 'rx-buffers',
  title:
    'receive buffers without a pool: halves of pages, chains of pages, page_frag caches short of memory; and esp, which replaces frags',
  commands: commandsOf(SYSTEMS),
  weights: {
    ...CORE_WEIGHTS,
    ...{ alloc_pages: 16, memory_pressure: 16, page_frag_cache_init: 6, page_frag_alloc: 32, page_frag_free: 96 },
    ...{ igb_receive: 96, virtnet_receive_big: 24, esp_output: 64 },
  },
  follows: {
    ...CORE_FOLLOWS,
    alloc_pages: [...(CORE_FOLLOWS.alloc_pages ?? []), 'igb_receive', 'igb_receive', 'igb_receive'],
    igb_receive: ['igb_receive', 'igb_receive', 'igb_receive', 'kfree_skb', 'skb_clone', 'skb_try_coalesce'],
    virtnet_receive_big: ['skb_clone', 'skb_try_coalesce', '__pskb_pull_tail', 'kfree_skb'],
    memory_pressure: ['page_frag_cache_init', 'page_frag_alloc', 'page_frag_alloc', 'page_frag_cache_drain'],
    page_frag_alloc: [...FREES, ...FREES, 'page_frag_alloc', 'device_write', 'build_skb'],
    page_frag_free: ['page_frag_alloc', 'page_frag_alloc', 'page_frag_alloc', 'memory_pressure'],
    skb_mark_for_recycle: [...(CORE_FOLLOWS.skb_mark_for_recycle ?? []), 'esp_output', 'esp_output', 'esp_output'],
  },
  modelOnly: 'there is no igb, no virtio-net and no xfrm state in the VMs, and memory cannot be made short by a call',
  length: { min: 5, usual: 110, max: 200 },
};
