import { ifreqData } from '../../abi/device';
import { ethtoolFeatures } from '../../abi/ethtool';
import { AF_INET } from '../../abi/uapi/sockets';
import type { CallMemory } from '../../call_memory';
import { ownFd } from '../../own_fd';
import type { Step } from '../../step';

const CONTROL_FD = ownFd('control');
const SIOCETHTOOL = 0x8946;
const SOCK_DGRAM = 2;

/**
 * Positions of features (include/linux/netdev_features.h), as far as they are the same in 6.1.192, 6.12.117 and 7.3.4.
 * Each feature of segmentation that TCP has is switched with the others: `tso`.
 */
export const FEATURE_BITS = {
  sg: [0],
  tx_csum: [3],
  frag_list: [6],
  gso: [11],
  gro: [14],
  tso: [16, 18, 19, 20],
  uso: [33],
  gso_list: [34],
  gro_list: [56],
  gro_udp: [58],
  vlan_tx: [7],
} as const satisfies Readonly<Record<string, readonly number[]>>;
export type LinkFeature = keyof typeof FEATURE_BITS;
/** Those that a program switches by themselves: a device is made with or without the insertion of VLAN tags. */
export const LINK_FEATURES = (Object.keys(FEATURE_BITS) as LinkFeature[]).filter((name) => name !== 'vlan_tx');

/** Features of what a device receives. The others are of what it sends. */
export const RECEIVE_FEATURES: readonly LinkFeature[] = ['gro', 'gro_list', 'gro_udp'];

/** Steps that switch features of a device: ETHTOOL_SFEATURES of include/uapi/linux/ethtool.h. */
export function featureSteps(memory: CallMemory, device: string, features: ReadonlyMap<LinkFeature, boolean>): Step[] {
  const bits = new Map([...features].flatMap(([name, on]) => FEATURE_BITS[name].map((bit) => [bit, on] as const)));
  const value = ethtoolFeatures(bits);
  const at = memory.take(value.length);
  const request = ifreqData(device, at);
  const requestAt = memory.take(request.length);
  return [
    { op: 'poke', at, bytes: value },
    { op: 'poke', at: requestAt, bytes: request },
    { op: 'syscall', name: 'socket', args: [AF_INET, SOCK_DGRAM, 0], fd: CONTROL_FD },
    { op: 'syscall', name: 'ioctl', args: [CONTROL_FD, SIOCETHTOOL, requestAt] },
    { op: 'syscall', name: 'close', args: [CONTROL_FD] },
  ];
}
