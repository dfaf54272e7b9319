import { be16, be64, cat, u32, zeros } from '../../bytes';
import { ETH_P_8021Q } from '../../uapi/devices';
import { VLAN_FLAG_REORDER_HDR } from '../../uapi/if_vlan';
import {
  IFLA_BOND_MIIMON,
  IFLA_BOND_MODE,
  IFLA_BR_MCAST_SNOOPING,
  IFLA_BR_NF_CALL_IP6TABLES,
  IFLA_BR_NF_CALL_IPTABLES,
  IFLA_BR_STP_STATE,
  IFLA_BR_VLAN_FILTERING,
  IFLA_IPVLAN_MODE,
  IFLA_MACSEC_ENCODING_SA,
  IFLA_MACSEC_ENCRYPT,
  IFLA_MACSEC_PORT,
  IFLA_MACSEC_PROTECT,
  IFLA_MACSEC_REPLAY_PROTECT,
  IFLA_MACSEC_SCI,
  IFLA_MACSEC_VALIDATION,
  IFLA_MACSEC_WINDOW,
  IFLA_MACVLAN_MODE,
  IFLA_NETKIT_MODE,
  IFLA_NETKIT_PEER_INFO,
  IFLA_VLAN_FLAGS,
  IFLA_VLAN_ID,
  IFLA_VLAN_PROTOCOL,
  IFLA_VRF_TABLE,
  IFLA_XFRM_IF_ID,
  IFLA_XFRM_LINK,
  IPVLAN_MODE_L2,
  IPVLAN_MODE_L3,
  IPVLAN_MODE_L3S,
  MACSEC_VALIDATE_CHECK,
  MACSEC_VALIDATE_DISABLED,
  MACSEC_VALIDATE_STRICT,
  MACVLAN_MODE_BRIDGE,
  MACVLAN_MODE_PASSTHRU,
  MACVLAN_MODE_PRIVATE,
  MACVLAN_MODE_VEPA,
  NETKIT_L2,
  NETKIT_L3,
  VETH_INFO_PEER,
} from '../../uapi/links';
import { attr, attr16, attr32, attr8, maybe } from '../attribute';
import { type LinkKind, type NewLink, newLinkBody } from './link';

const plain = (kind: string): LinkKind => ({ kind, data: zeros(0) });
const flag = (type: number) => (on: boolean) => attr8(type, on ? 1 : 0);

/** A device that drops all that it gets. */
export const dummy = (): LinkKind => plain('dummy');
/** Receives what mirred sends to it. */
export const ifb = (): LinkKind => plain('ifb');

/** The peer of a pair. It is down: its open() fails with ENOTCONN until the other end exists (veth_open(), 7.3). */
const peerBody = (peer: NewLink): Buffer => newLinkBody({ ...peer, up: false });

/** One end of a pair: include/uapi/linux/veth.h. The peer is set up later. */
export const veth = (peer: NewLink): LinkKind => ({ kind: 'veth', data: attr(VETH_INFO_PEER, peerBody(peer)) });

/** Settings of a bridge. */
export interface BridgeSettings {
  readonly stp?: boolean;
  readonly vlanFiltering?: boolean;
  readonly multicastSnooping?: boolean;
  /** Netfilter's hooks of IPv4 and IPv6 see bridged packets (module br_netfilter). */
  readonly callIptables?: boolean;
}

/** A bridge without delay: it forwards as soon as a port is up. */
export const bridge = (settings: BridgeSettings = {}): LinkKind => ({
  kind: 'bridge',
  data: cat(
    maybe(settings.stp, (on) => attr32(IFLA_BR_STP_STATE, on ? 1 : 0)),
    maybe(settings.vlanFiltering, flag(IFLA_BR_VLAN_FILTERING)),
    maybe(settings.multicastSnooping, flag(IFLA_BR_MCAST_SNOOPING)),
    maybe(settings.callIptables, flag(IFLA_BR_NF_CALL_IPTABLES)),
    maybe(settings.callIptables, flag(IFLA_BR_NF_CALL_IP6TABLES)),
  ),
});

/**
 * A VLAN on top of the lower link.
 * @param id - 0 to 4094
 * @param protocol - ETH_P_8021Q (default) or ETH_P_8021AD
 * @param reorderHeader - the header goes into the packet's metadata on receive, as is usual
 */
export const vlan = (id: number, protocol = ETH_P_8021Q, reorderHeader = true): LinkKind => ({
  kind: 'vlan',
  data: cat(
    attr16(IFLA_VLAN_ID, id),
    attr(IFLA_VLAN_PROTOCOL, be16(protocol)),
    attr(IFLA_VLAN_FLAGS, cat(u32(reorderHeader ? VLAN_FLAG_REORDER_HDR : 0), u32(VLAN_FLAG_REORDER_HDR))),
  ),
});

/** Modes of a macvlan. */
export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru';

/** A device with an address of its own on top of the lower link. macvtap has a character device too. */
export const macvlan = (mode: MacvlanMode, kind: 'macvlan' | 'macvtap' = 'macvlan'): LinkKind => ({
  kind,
  data: attr32(IFLA_MACVLAN_MODE, MACVLAN_MODES[mode]),
});

const MACVLAN_MODES = {
  private: MACVLAN_MODE_PRIVATE,
  vepa: MACVLAN_MODE_VEPA,
  bridge: MACVLAN_MODE_BRIDGE,
  passthru: MACVLAN_MODE_PASSTHRU,
};

/** A device with the lower link's address. */
export const ipvlan = (mode: 'l2' | 'l3' | 'l3s'): LinkKind => ({
  kind: 'ipvlan',
  data: attr16(IFLA_IPVLAN_MODE, { l2: IPVLAN_MODE_L2, l3: IPVLAN_MODE_L3, l3s: IPVLAN_MODE_L3S }[mode]),
});

/** Settings of macsec: ip-macsec(8). */
export interface MacsecSettings {
  /** Secure channel identifier, 64 bits in the order of the network. */
  readonly sci?: bigint;
  /** 1 to 65,535. */
  readonly port?: number;
  readonly encrypt?: boolean;
  readonly protect?: boolean;
  /** Frames without a valid tag are dropped; `check` lets them pass. */
  readonly validate?: 'disabled' | 'check' | 'strict';
  /** Packets. 0 turns the check for replays on with no tolerance. */
  readonly window?: number;
  /** 0 to 3: the association that encrypts. */
  readonly encodingSa?: number;
}

/** A MACsec device on top of the lower link. Its keys come by generic netlink: macsec.ts. */
export const macsec = (settings: MacsecSettings = {}): LinkKind => ({
  kind: 'macsec',
  data: cat(
    maybe(settings.sci, (sci) => attr(IFLA_MACSEC_SCI, be64(sci))),
    maybe(settings.port, (port) => attr(IFLA_MACSEC_PORT, be16(port))),
    maybe(settings.encrypt, flag(IFLA_MACSEC_ENCRYPT)),
    maybe(settings.protect, flag(IFLA_MACSEC_PROTECT)),
    maybe(settings.validate, (how) => attr8(IFLA_MACSEC_VALIDATION, MACSEC_VALIDATION[how])),
    maybe(settings.window, (packets) => cat(attr32(IFLA_MACSEC_WINDOW, packets), attr8(IFLA_MACSEC_REPLAY_PROTECT, 1))),
    maybe(settings.encodingSa, (an) => attr8(IFLA_MACSEC_ENCODING_SA, an)),
  ),
});

const MACSEC_VALIDATION = {
  disabled: MACSEC_VALIDATE_DISABLED,
  check: MACSEC_VALIDATE_CHECK,
  strict: MACSEC_VALIDATE_STRICT,
};

/** A routing domain of its own: links whose master it is look into that table. */
export const vrf = (table: number): LinkKind => ({ kind: 'vrf', data: attr32(IFLA_VRF_TABLE, table) });

/** Several links as one. Mode 0 is balance-rr, 1 active-backup, …: Documentation/networking/bonding.rst. */
export const bond = (mode: number, miimon_ms = 0): LinkKind => ({
  kind: 'bond',
  data: cat(attr8(IFLA_BOND_MODE, mode), attr32(IFLA_BOND_MIIMON, miimon_ms)),
});

/** An interface for the security associations of an identifier: 1 to 2^32 - 1. */
export const xfrmInterface = (ifId: number, lower = 0): LinkKind => ({
  kind: 'xfrm',
  data: cat(attr32(IFLA_XFRM_IF_ID, ifId), lower ? attr32(IFLA_XFRM_LINK, lower) : zeros(0)),
});

/** A pair of devices whose packets BPF programs see first (6.7 and newer). The peer is set up later. */
export const netkit = (peer: NewLink, mode: 'l2' | 'l3' = 'l3'): LinkKind => ({
  kind: 'netkit',
  data: cat(
    attr(IFLA_NETKIT_PEER_INFO, peerBody(peer)),
    attr32(IFLA_NETKIT_MODE, { l2: NETKIT_L2, l3: NETKIT_L3 }[mode]),
  ),
});
