import { commandsNamed, commandsOf, type Scenario } from '../scenario';
import { XDP, XDP_FOLLOWS, XDP_WEIGHTS } from './xdp';

const CPUMAP_COMMANDS = commandsOf(['cpumap']);
const KERNEL_NAMES = CPUMAP_COMMANDS.filter(({ modelOnly }) => modelOnly === undefined).map(({ name }) => name);

const WEIGHTS: Record<string, number> = {
  ...XDP_WEIGHTS,
  cpu_map_update_elem: 12,
  cpu_map_enqueue: 240,
  xdp_do_redirect: 240,
  xdp_do_flush: 4,
  xdpf_clone: 24,
  cpu_map_kthread_run: 24,
  cpu_map_generic_redirect: 12,
  cpu_map_received: 48,
  cpu_map_delete_elem: 1,
  ndo_xdp_rx: 16,
};

/** From the driver's poll to the remote CPU and up the stack. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  ...XDP_FOLLOWS,
  xdp_rxq_info_reg: ['xdp_rxq_info_reg_mem_model', 'xdp_rxq_info_reg_mem_model', 'cpu_map_update_elem'],
  xdp_prepare_buff: [...XDP_FOLLOWS.xdp_prepare_buff, ...Array.from({ length: 10 }, () => 'xdp_do_redirect')],
  xdp_convert_buff_to_frame: ['cpu_map_enqueue', 'cpu_map_enqueue', 'xdpf_clone'],
  xdpf_clone: [...Array.from({ length: 8 }, () => 'xdpf_clone'), 'cpu_map_enqueue', 'cpu_map_enqueue'],
  cpu_map_enqueue: [
    ...Array.from({ length: 12 }, () => 'cpu_map_enqueue'),
    'xdp_do_flush',
    'xdpf_clone',
    'device_write',
  ],
  xdp_do_redirect: ['xdp_do_redirect', 'xdp_do_redirect', 'xdp_do_flush', 'device_write', 'page_pool_alloc_pages'],
  xdp_do_flush: [
    'cpu_map_kthread_run',
    'cpu_map_kthread_run',
    'cpu_map_generic_redirect',
    'cpu_map_delete_elem',
    'ndo_xdp_rx',
  ],
  cpu_map_generic_redirect: ['cpu_map_generic_redirect', 'cpu_map_kthread_run', 'cpu_map_enqueue', 'ndo_xdp_rx'],
  cpu_map_kthread_run: ['cpu_map_received', 'cpu_map_received', 'device_write'],
  cpu_map_received: ['cpu_map_received', 'skb_clone', 'skb_try_coalesce', 'kfree_skb', 'cpu_map_generic_redirect'],
};

export const CPUMAP: Scenario = {
  ...XDP,
  name: 'cpumap',
  title: 'packets redirected to another CPU: bulk queue, ring, the kthread that builds skbs, programs there, tear-down',
  commands: commandsNamed([...XDP.commands.map(({ name }) => name), ...KERNEL_NAMES]),
  weights: WEIGHTS,
  follows: FOLLOWS,
};

export const CPUMAP_2017: Scenario = {
  ...CPUMAP,
  name: 'cpumap-2017',
  title: 'the same with the receive hook of the thread of 2017: the driver builds and frees what it put into the ring',
  commands: commandsNamed([...CPUMAP.commands.map(({ name }) => name), 'ndo_xdp_rx']),
  modelOnly: 'no kernel has the receive hook of drivers that Edward Cree proposed on netdev in October 2017',
};
