import { times } from '../../commands/usual';
import { usuallyNextOf, weightsOf, usuallyNext, type Follows, type Weights } from '../usual';
import { commandsNamed, commandsOf, type Scenario } from '../scenario';
import { XDP, XDP_FOLLOWS, XDP_WEIGHTS } from './xdp';

const CPUMAP_COMMANDS = commandsOf(['cpumap']);
const KERNEL_NAMES = CPUMAP_COMMANDS.filter(({ modelOnly }) => modelOnly === undefined).map(({ name }) => name);

const WEIGHTS: Weights = {
  ...weightsOf(['cpumap']),
  ...XDP_WEIGHTS,
  xdpf_clone: 24,
};

/** Followers, from the driver's poll to the remote CPU and up the stack. */
const FOLLOWS: Follows = {
  ...usuallyNextOf(['cpumap']),
  ...XDP_FOLLOWS,
  xdp_rxq_info_reg: ['xdp_rxq_info_reg_mem_model', 'xdp_rxq_info_reg_mem_model', 'cpu_map_update_elem'],
  xdp_prepare_buff: [...usuallyNext('xdp_prepare_buff'), ...times(10, 'xdp_do_redirect')],
  xdp_convert_buff_to_frame: ['cpu_map_enqueue', 'cpu_map_enqueue', 'xdpf_clone'],
  xdpf_clone: [...times(8, 'xdpf_clone'), 'cpu_map_enqueue', 'cpu_map_enqueue'],
};

export const CPUMAP: Scenario = {
  ...XDP,
  name: 'cpumap',
  title: 'packets redirected to another CPU: bulk queue, ring, the kthread that builds skbs, programs there, tear-down',
  commands: commandsNamed([...XDP.commands.map(({ name }) => name), ...KERNEL_NAMES]),
  weights: WEIGHTS,
  follows: FOLLOWS,
};

export const CPUMAP_REDIRECT: Scenario = {
  ...CPUMAP,
  name: 'cpumap-redirect',
  title: 'packets of a cpumap, with programs on the remote CPU that redirect to a device, which may refuse frames',
  commands: commandsNamed([...CPUMAP.commands.map(({ name }) => name), 'cpu_map_kthread_redirect']),
  weights: { ...WEIGHTS, cpu_map_kthread_redirect: 48 },
  follows: { ...FOLLOWS, xdp_do_flush: ['cpu_map_kthread_redirect', 'cpu_map_kthread_run'] },
  modelOnly: 'the VMs have no device that refuses frames of a cpumap',
};

export const CPUMAP_2017: Scenario = {
  ...CPUMAP,
  name: 'cpumap-2017',
  title: 'the same with the receive hook of the reply of 2017: the driver builds and frees what it put into the ring',
  commands: commandsNamed([...CPUMAP.commands.map(({ name }) => name), 'ndo_xdp_rx']),
  modelOnly: 'no kernel has the receive hook of drivers that Edward Cree proposed on netdev in October 2017',
};
