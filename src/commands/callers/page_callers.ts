import type { CallersOf } from './caller';

export const PAGE_CALLERS = {
  alloc_pages: {
    function: 'igb_alloc_mapped_page',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    by: 'dev_alloc_pages',
    state: 'A slot of the receive ring has no page.',
  },
  get_page: {
    function: 'tpacket_fill_skb',
    file: 'net/packet/af_packet.c',
    state: 'A page of the transmit ring becomes a frag and stays in the ring.',
  },
  put_page: {
    function: 'generic_pipe_buf_release',
    file: 'fs/pipe.c',
    state: 'A reader of a pipe has consumed a buffer.',
  },
  device_write: { nobody: 'hardware', why: 'The device writes into a buffer of its receive ring by DMA.' },
  set_page_pfmemalloc: {
    function: 'prep_new_page',
    file: 'mm/page_alloc.c',
    state: 'The allocator had to take the page from its emergency reserves.',
  },
  page_frag_cache_init: {
    nobody: 'owner',
    why: 'The owner zeroes the struct that holds its cache, such as struct mtk_wed_wo_queue.',
  },
  page_frag_alloc: {
    function: '__netdev_alloc_skb',
    file: 'net/core/skbuff.c',
    state: 'A driver asks for a head of less than a page.',
  },
  page_frag_free: {
    function: '__xdp_return',
    file: 'net/core/xdp.c',
    state: 'A frame of a queue with MEM_TYPE_PAGE_SHARED is given up.',
  },
  page_frag_cache_drain: {
    function: 'mtk_wed_wo_queue_rx_clean',
    file: 'drivers/net/ethernet/mediatek/mtk_wed_wo.c',
    releases: ['6.12', '7.3'],
    state: 'The queue of the device goes.',
    otherwise: {
      function: 'nvme_tcp_free_queue',
      file: 'drivers/nvme/host/tcp.c',
      by: '__page_frag_cache_drain',
      releases: ['6.1'],
    },
  },
  device_add: {
    function: 'pci_device_add',
    file: 'drivers/pci/probe.c',
    state: 'The bus finds a network card.',
  },
  device_remove: {
    function: 'device_unregister',
    file: 'drivers/base/core.c',
    by: 'device_del',
    state: 'The bus loses a network card, after its driver has left.',
  },
  dma_sync_single_for_cpu: {
    function: 'igb_get_rx_buffer',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    by: 'dma_sync_single_range_for_cpu',
    state: 'The device has written a packet.',
  },
  dma_sync_single_for_device: {
    function: 'igb_alloc_rx_buffers',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    by: 'dma_sync_single_range_for_device',
    state: 'A buffer goes back to the receive ring.',
  },
  dma_map_page: {
    function: 'igb_alloc_mapped_page',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    by: 'dma_map_page_attrs',
    state: 'The driver has a new page for its receive ring and maps it by hand.',
  },
  dma_unmap_page: {
    function: 'igb_put_rx_buffer',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    by: 'dma_unmap_page_attrs',
    state: 'The page of a received buffer is not used again.',
  },
  device_set_dma_window: {
    nobody: 'environment',
    why: 'The bus or the IOMMU of the machine gives addresses of another range.',
  },
  folio_add_lru: {
    function: 'filemap_add_folio',
    file: 'mm/filemap.c',
    state: 'A new page enters the page cache.',
  },
  page_set_owner_word: {
    nobody: 'owner',
    why: 'The owner of a page keeps a number of its own in the words of struct page.',
  },
  memory_pressure: { nobody: 'environment', why: 'The allocator has no high orders left, or only its reserves.' },
  igb_receive: {
    function: 'igb_poll',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    by: 'igb_clean_rx_irq',
    state: 'A packet was received into half of a page.',
  },
  virtnet_receive_big: {
    function: 'receive_buf',
    file: 'drivers/net/virtio_net.c',
    by: 'receive_big',
    state: 'A packet was received into a chain of pages.',
  },
  esp_output: {
    function: 'xfrm_output_one',
    file: 'net/xfrm/xfrm_output.c',
    by: 'output',
    state: 'A packet goes through an ESP state.',
  },
  __free_pages: {
    function: 'igb_alloc_mapped_page',
    file: 'drivers/net/ethernet/intel/igb/igb_main.c',
    state: 'A page could not be mapped.',
  },
} as const satisfies CallersOf;
