import { NIC_ENDS } from '../../../model/structs/outside/nic';
import type { MacText } from '../abi/address';
import { macBytes } from '../abi/address';
import { be16, cat, u16 } from '../abi/bytes';
import { TOLD_MARK, TOLD_TYPE } from '../abi/bpf/xdp_told';
import { OWN_FDS_MAX } from '../own_fd';
import { FDS_MAX, FIRST_FD } from '../step';

/** The Ethernet addresses of the two ends: locally administered (IEEE 802-2014, 8.4). */
export const NIC_ADDRESSES: readonly MacText[] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b'];
/** The kernel's names of the devices in the first network namespace, in the order of the bus. */
export const NIC_NAMES = NIC_ENDS.map((_end, at) => `eth${at}`);

/** Descriptors that belong to a device. */
const NIC_FDS = [
  ...[
    'control',
    'told',
    'sentOn',
    'probe',
    'counts',
    'cpumap',
    'fragsCpumap',
    'xskmap',
    'program',
    'fragsProgram',
    'xdpLink',
  ],
  ...['ownNs', 'firstNs', 'firstControl', 'firstNetlink', 'xsk'],
] as const;
type NicFd = (typeof NIC_FDS)[number];
const FIRST_NIC_FD = FIRST_FD + FDS_MAX - OWN_FDS_MAX - 2 * NIC_FDS.length;

/** The number that a descriptor of an end has in the program. */
export function nicFd(end: number, name: NicFd): number {
  return FIRST_NIC_FD + end * NIC_FDS.length + NIC_FDS.indexOf(name);
}

const FIRST_NIC_INDEX = 500;

/** The index that the device of an end has in the namespace of the program. */
export function nicIndex(end: number): number {
  return FIRST_NIC_INDEX + end;
}

/** The first bytes of each frame that goes to an end: addresses, type, mark. */
export function toldHeader(to: number): Buffer {
  const [dest, source] = [macBytes(NIC_ADDRESSES[to]), macBytes(NIC_ADDRESSES[1 - to])];
  return cat(dest, source, be16(TOLD_TYPE), u16(TOLD_MARK));
}
