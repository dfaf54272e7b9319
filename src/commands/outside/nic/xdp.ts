import { linkCreateAttr } from '../abi/bpf/program';
import { BPF_XDP } from '../abi/uapi/bpf';
import { defineOutside } from '../define_outside';
import { bpfStep } from '../bpf/bpf_steps';
import { disturb, nicOf, pickNic } from './nic';
import { nicFd, nicIndex } from './nic_places';

/** XDP_FLAGS_* of include/uapi/linux/if_link.h; any: native where the driver can. */
const MODES = { any: 0, native: 4, generic: 2 } as const;
export const XDP_MODES = Object.keys(MODES) as readonly (keyof typeof MODES)[];

export const NIC_XDP = defineOutside({
  name: 'nic_xdp',
  number: 155,
  args: [
    { name: 'nic', type: 'link' },
    { name: 'mode', type: 'enum', words: XDP_MODES, default: 0 },
    { name: 'frags', type: 'int', min: 0, max: 1, default: 0 },
  ],
  level: 'root',
  promised: {
    text: 'From now on each frame that the device receives meets the program, which does what the frame says.',
    source: 'BPF_LINK_CREATE of bpf(2), Documentation/networking/af_xdp.rst',
  },
  syscall: 'bpf',
  errors: ['ENODEV', 'EBADF', 'EINVAL', 'EOPNOTSUPP', 'EBUSY', 'ENOMEM', 'EEXIST', 'ERANGE'],
  weight: 6,
  usuallyNext: ['nic_xdp', 'nic_ready', 'nic_ready'],
  draw(world, draw, args) {
    args.nic = pickNic(world, draw, (nic) => !nic.hasXdp);
    args.mode = draw.chance(3, 4) ? 0 : draw.below(XDP_MODES.length);
    args.frags = draw.below(2);
    return args.nic >= 0;
  },
  run(world, { nic }) {
    const device = nicOf(world, nic);
    if (device === null) return;
    device.hasXdp = true;
    disturb(world);
  },
  steps(world, { nic, mode, frags }, _result, memory) {
    const device = nicOf(world, nic);
    if (device === null) return [];
    const { end } = device;
    const program = nicFd(end, frags === 1 ? 'fragsProgram' : 'program');
    const attr = linkCreateAttr(program, nicIndex(end), BPF_XDP, MODES[XDP_MODES[mode]]);
    return [
      // A second one would fail with EBUSY.
      ...(device.hasXdp ? [{ op: 'syscall', name: 'close', args: [nicFd(end, 'xdpLink')] } as const] : []),
      ...bpfStep(memory, 'linkCreate', attr, nicFd(end, 'xdpLink')),
    ];
  },
});

export const NIC_XDP_OFF = defineOutside({
  name: 'nic_xdp_off',
  number: 156,
  args: [{ name: 'nic', type: 'link' }],
  level: 'root',
  promised: { text: 'The device has no program.', source: 'BPF_LINK_CREATE of bpf(2), close(2)' },
  syscall: 'close',
  errors: ['EBADF'],
  weight: 2,
  usuallyNext: ['nic_ready', 'nic_xdp'],
  draw(world, draw, args) {
    args.nic = pickNic(world, draw, ({ hasXdp }) => hasXdp);
    return args.nic >= 0;
  },
  run(world, { nic }) {
    const device = nicOf(world, nic);
    if (device === null) return;
    device.hasXdp = false;
    disturb(world);
  },
  steps(world, { nic }) {
    const device = nicOf(world, nic);
    if (device === null) return [];
    return [{ op: 'syscall', name: 'close', args: [nicFd(device.end, 'xdpLink')] }];
  },
});
