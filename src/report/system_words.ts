// Words for enums of the systems around the core.

export const MEM_TYPES = ['page_shared', 'page_order0', 'page_pool', 'xsk_buff_pool'];
export const PROGRAMS = ['none', 'plain', 'frags'];
export const CPUMAP_PROGRAMS = ['none', 'pass', 'drop', 'aborted', 'tx', 'pull', 'trim', 'grow'];
export const TX_TYPES = ['', 'XDP_TX', 'XDP_NDO', 'SKB'];
export const XMIT_MODES = ['hold', 'complete', 'busy', 'drop', 'cow'];
