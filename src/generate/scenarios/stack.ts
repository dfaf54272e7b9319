import { names } from '../../commands/command_name';
import { usuallyNextOf, weightsOf } from '../usual';
import { commandsNamed, type Scenario } from '../scenario';

/**
 * The steps of the stack above the core with skbs that sockets are charged for: filters cut them, netem uncharges them
 * and keeps a reference to their socket, IP fragments and reassembles them, LLC keeps sent ones, readers leave the
 * freeing to another CPU, users close sockets.
 */
export const STACK: Scenario = {
  name: 'stack',
  title:
    'the stack above: skbs that sockets are charged for are cut, fragmented, reassembled, sent again, freed elsewhere',
  commands: commandsNamed([
    ...names('alloc_pages', 'get_page', 'put_page', 'device_write', 'alloc_skb', 'netdev_alloc_skb', 'napi_alloc_skb'),
    ...names('skb_put', 'skb_reserve', 'skb_push', 'skb_pull', 'skb_add_rx_frag', 'skb_fill_page_desc', 'skb_clone'),
    ...names(
      'pskb_expand_head',
      'skb_unclone',
      'skb_append_frag_list',
      'skb_detach_frag_list',
      '___pskb_trim',
      'kfree_skb',
    ),
    ...names(
      'consume_skb',
      'napi_consume_skb',
      'sk_alloc',
      'sk_free',
      'skb_set_owner_w',
      'skb_set_owner_r',
      'skb_orphan',
    ),
    ...names('skb_mark_not_on_list', 'kfree_skb_list', 'sk_common_release', 'sk_filter_trim_cap', 'skb_orphan_partial'),
    ...names('tcp_eat_recv_skb', 'skb_defer_free_flush', 'tcp_trim_head', 'ip_do_fragment', 'ip_defrag'),
    'llc_prepare_and_xmit',
  ]),
  weights: {
    ...weightsOf(['stack']),
    alloc_pages: 6,
    get_page: 3,
    put_page: 2,
    device_write: 24,
    alloc_skb: 10,
    netdev_alloc_skb: 4,
    napi_alloc_skb: 4,
    skb_put: 24,
    skb_add_rx_frag: 32,
    skb_fill_page_desc: 16,
    skb_append_frag_list: 24,
    skb_detach_frag_list: 4,
    skb_set_owner_w: 24,
    skb_set_owner_r: 12,
    sk_alloc: 4,
    sk_free: 2,
  },
  follows: {
    ...usuallyNextOf(['stack']),
    alloc_pages: ['device_write', 'device_write', 'device_write', 'get_page'],
    device_write: ['skb_add_rx_frag', 'skb_add_rx_frag', 'skb_fill_page_desc'],
    alloc_skb: ['skb_put', 'skb_put', 'skb_reserve', 'skb_set_owner_w', 'skb_add_rx_frag'],
    netdev_alloc_skb: ['skb_put', 'skb_add_rx_frag', 'skb_set_owner_r'],
    napi_alloc_skb: ['skb_put', 'skb_add_rx_frag', 'skb_set_owner_r'],
    skb_reserve: ['skb_put'],
    skb_put: ['skb_set_owner_w', 'skb_set_owner_r', 'skb_append_frag_list', 'skb_append_frag_list', 'tcp_trim_head'],
    skb_add_rx_frag: ['sk_filter_trim_cap', 'sk_filter_trim_cap', 'skb_clone', 'tcp_trim_head', 'skb_append_frag_list'],
    skb_fill_page_desc: ['tcp_trim_head', 'skb_set_owner_w', 'skb_clone'],
    skb_clone: ['sk_filter_trim_cap', 'tcp_trim_head', 'ip_defrag', 'llc_prepare_and_xmit'],
    sk_alloc: ['skb_set_owner_w', 'skb_set_owner_w', 'skb_set_owner_r'],
    skb_set_owner_w: [
      ...names(
        'ip_do_fragment',
        'ip_defrag',
        'ip_defrag',
        'skb_orphan_partial',
        'llc_prepare_and_xmit',
        'sk_common_release',
      ),
      'skb_put',
    ],
    skb_set_owner_r: ['tcp_eat_recv_skb', 'tcp_eat_recv_skb', 'skb_orphan'],
    skb_append_frag_list: ['skb_append_frag_list', 'skb_set_owner_w', 'skb_set_owner_w', 'ip_do_fragment'],
    skb_mark_not_on_list: ['skb_mark_not_on_list', 'kfree_skb_list', 'kfree_skb', 'ip_defrag'],
  },
  modelOnly: 'some steps want routes, devices and CPUs that the VMs do not have',
  length: { min: 5, usual: 80, max: 160 },
};

/** The same with fragments to which user space attached GSO state (virtio_net_hdr of tun, vhost, AF_PACKET). */
export const REASSEMBLY: Scenario = {
  ...STACK,
  name: 'reassembly',
  title: 'the stack with IP fragments that user space marked as GSO packets, which they are not',
  commands: [...STACK.commands, ...commandsNamed(['skb_gso_set'])],
  weights: { ...STACK.weights, skb_gso_set: 24 },
  follows: { ...STACK.follows, skb_gso_set: ['ip_defrag', 'ip_defrag', 'ip_defrag', 'skb_clone'] },
};

/** The part of it that the VMs can run. */
export const STACK_SOCK: Scenario = {
  ...STACK,
  name: 'stack-sock',
  title:
    'the part of stack that kernels can run: filters, netem, TCP acknowledgements, ' +
    'sockets closed while skbs are under way',
  commands: STACK.commands.filter(({ modelOnly }) => modelOnly === undefined),
  modelOnly: undefined,
};
