import { cat, u32, zeros } from './bytes';
import {
  ETHTOOL_SCHANNELS,
  ETHTOOL_SFEATURES,
  ETHTOOL_SGRO,
  ETHTOOL_SGSO,
  ETHTOOL_SRINGPARAM,
  ETHTOOL_SRXCSUM,
  ETHTOOL_SSG,
  ETHTOOL_STSO,
  ETHTOOL_STXCSUM,
} from './uapi/ethtool';

/** Switches that ioctl SIOCETHTOOL has: include/uapi/linux/ethtool.h. More are in netlink/genl/features.ts. */
export const ETHTOOL_SWITCHES = {
  gro: ETHTOOL_SGRO,
  gso: ETHTOOL_SGSO,
  tso: ETHTOOL_STSO,
  sg: ETHTOOL_SSG,
  txCsum: ETHTOOL_STXCSUM,
  rxCsum: ETHTOOL_SRXCSUM,
} as const;
export type EthtoolSwitch = keyof typeof ETHTOOL_SWITCHES;

/** struct ethtool_value, 8 bytes. ifreqData() has its address. */
export const ethtoolSwitch = (which: EthtoolSwitch, on: boolean): Buffer =>
  cat(u32(ETHTOOL_SWITCHES[which]), u32(on ? 1 : 0));

/** struct ethtool_ringparam, 36 bytes: lengths of a device's rings. */
export const ethtoolRings = (rx: number, tx: number): Buffer =>
  cat(u32(ETHTOOL_SRINGPARAM), zeros(16), u32(rx), zeros(8), u32(tx));

/** struct ethtool_channels, 36 bytes: numbers of a device's queues. */
export const ethtoolChannels = (rx: number, tx: number, combined: number): Buffer =>
  cat(u32(ETHTOOL_SCHANNELS), zeros(16), u32(rx), u32(tx), zeros(4), u32(combined));

/**
 * struct ethtool_sfeatures with blocks of 32 features, for positions that the string set ETH_SS_FEATURES of the kernel
 * has; they differ between releases.
 */
export function ethtoolFeatures(features: ReadonlyMap<number, boolean>, blocks = 2): Buffer {
  const words = Array.from({ length: blocks }, () => ({ valid: 0, requested: 0 }));
  for (const [position, on] of features) {
    const bit = 2 ** (position % 32);
    words[Math.floor(position / 32)].valid += bit;
    if (on) words[Math.floor(position / 32)].requested += bit;
  }
  const bytes = words.flatMap(({ valid, requested }) => [u32(valid), u32(requested)]);
  return cat(u32(ETHTOOL_SFEATURES), u32(blocks), ...bytes);
}
