import { zeros } from '../../bytes';
import {
  ETHTOOL_A_BITSET_BIT_NAME,
  ETHTOOL_A_BITSET_BIT_VALUE,
  ETHTOOL_A_BITSET_BITS,
  ETHTOOL_A_BITSET_BITS_BIT,
  ETHTOOL_A_FEATURES_HEADER,
  ETHTOOL_A_FEATURES_WANTED,
  ETHTOOL_A_HEADER_DEV_INDEX,
  ETHTOOL_GENL_VERSION,
  ETHTOOL_MSG_FEATURES_SET,
} from '../../uapi/ethtool';
import { attr32, attrFlag, attrText, nest } from '../attribute';
import { genlMessage } from './message';

/** Names of features, as ethtool(8) has them: net/ethtool/common.c. */
export type FeatureName =
  | 'tx-scatter-gather'
  | 'tx-scatter-gather-fraglist'
  | 'tx-checksum-ipv4'
  | 'tx-checksum-ip-generic'
  | 'tx-checksum-ipv6'
  | 'tx-checksum-sctp'
  | 'highdma'
  | 'tx-vlan-hw-insert'
  | 'rx-vlan-hw-parse'
  | 'tx-generic-segmentation'
  | 'tx-tcp-segmentation'
  | 'tx-tcp6-segmentation'
  | 'tx-tcp-ecn-segmentation'
  | 'tx-tcp-mangleid-segmentation'
  | 'tx-udp-segmentation'
  | 'tx-gso-list'
  | 'tx-gso-partial'
  | 'tx-gso-robust'
  | 'tx-gre-segmentation'
  | 'tx-gre-csum-segmentation'
  | 'tx-udp_tnl-segmentation'
  | 'tx-udp_tnl-csum-segmentation'
  | 'tx-ipxip4-segmentation'
  | 'tx-ipxip6-segmentation'
  | 'tx-sctp-segmentation'
  | 'tx-esp-segmentation'
  | 'esp-hw-offload'
  | 'rx-gro'
  | 'rx-gro-list'
  | 'rx-gro-hw'
  | 'rx-udp-gro-forwarding'
  | 'rx-lro'
  | 'rx-checksum'
  | 'rx-hashing'
  | 'tx-nocache-copy'
  | 'hw-tc-offload';

/**
 * ETHTOOL_MSG_FEATURES_SET of a device: Documentation/networking/ethtool-netlink.rst. A feature that the device cannot
 * change stays, without an error.
 * @param family - id of the family "ethtool"
 */
export const setFeatures = (
  family: number,
  ifindex: number,
  features: Readonly<Partial<Record<FeatureName, boolean>>>,
): Buffer =>
  genlMessage(
    ...[family, ETHTOOL_MSG_FEATURES_SET, ETHTOOL_GENL_VERSION],
    nest(ETHTOOL_A_FEATURES_HEADER, attr32(ETHTOOL_A_HEADER_DEV_INDEX, ifindex)),
    nest(
      ETHTOOL_A_FEATURES_WANTED,
      nest(
        ETHTOOL_A_BITSET_BITS,
        ...Object.entries(features).map(([name, on]) =>
          nest(
            ETHTOOL_A_BITSET_BITS_BIT,
            attrText(ETHTOOL_A_BITSET_BIT_NAME, name),
            on ? attrFlag(ETHTOOL_A_BITSET_BIT_VALUE) : zeros(0),
          ),
        ),
      ),
    ),
  );
