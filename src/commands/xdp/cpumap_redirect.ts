import { cpuMapKthreadRedirect } from '../../model/kernel/bpf/cpu_map_redirect';
import type { CpuMapEntry } from '../../model/structs/cpu_map_entry';
import type { Command } from '../command';
import { defineCommand } from '../define_command';
import { cpumapOf } from '../objects';
import { pickHandle } from '../pick';

const TAKEN_MAX = 64;

function hasWork(entry: CpuMapEntry): boolean {
  return entry.ring.items.length > 0;
}

/**
 * The kthread of the entry runs a program that redirects each packet to a device (a program of BPF_XDP_CPUMAP may call
 * bpf_redirect_map). `taken`: the frames that its ndo_xdp_xmit takes.
 */
const CPU_MAP_KTHREAD_REDIRECT = defineCommand({
  name: 'cpu_map_kthread_redirect',
  opcode: 481,
  system: 'cpumap-redirect',
  args: [
    { name: 'cpumap', type: 'cpumap' },
    { name: 'taken', type: 'int', min: 0, max: TAKEN_MAX, default: 0 },
  ],
  outcomes: ['sent', 'refused', 'idle'],
  allocates: false,
  contextual: false,
  modelOnly: 'the VMs have no device that refuses frames of a cpumap',
  weight: 48,
  usuallyNext: ['page_pool_alloc_pages', 'device_write'],
  draw(world, draw, args) {
    args.cpumap = pickHandle(world, draw, 'cpumap', hasWork);
    if (args.cpumap < 0 && draw.chance(1, 64)) args.cpumap = draw.handle(world, 'cpumap');
    args.taken = draw.chance(1, 2) ? 0 : draw.below(4);
    return args.cpumap >= 0;
  },
  applies: () => true,
  run(world, args) {
    const entry = cpumapOf(world, args.cpumap);
    if (!hasWork(entry)) return 2;
    return cpuMapKthreadRedirect(world, entry, args.taken) > 0 ? 1 : 0;
  },
});

export const CPUMAP_REDIRECT_COMMANDS: readonly Command[] = [CPU_MAP_KTHREAD_REDIRECT];
