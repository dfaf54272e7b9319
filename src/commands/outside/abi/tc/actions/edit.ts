import { be32, cat, type Int, u16, u32, u64, u8, zeros } from '../../bytes';
import { attr, attr16, attr32, maybe, nest } from '../../netlink/attribute';
import {
  SKBMOD_F_SWAPMAC,
  TCA_CSUM_PARMS,
  TCA_CSUM_UPDATE_FLAG_ICMP,
  TCA_CSUM_UPDATE_FLAG_IGMP,
  TCA_CSUM_UPDATE_FLAG_IPV4HDR,
  TCA_CSUM_UPDATE_FLAG_SCTP,
  TCA_CSUM_UPDATE_FLAG_TCP,
  TCA_CSUM_UPDATE_FLAG_UDP,
  TCA_CSUM_UPDATE_FLAG_UDPLITE,
  TCA_PEDIT_KEY_EX,
  TCA_PEDIT_KEY_EX_CMD,
  TCA_PEDIT_KEY_EX_CMD_ADD,
  TCA_PEDIT_KEY_EX_CMD_SET,
  TCA_PEDIT_KEY_EX_HDR_TYPE_ETH,
  TCA_PEDIT_KEY_EX_HDR_TYPE_IP4,
  TCA_PEDIT_KEY_EX_HDR_TYPE_IP6,
  TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK,
  TCA_PEDIT_KEY_EX_HDR_TYPE_TCP,
  TCA_PEDIT_KEY_EX_HDR_TYPE_UDP,
  TCA_PEDIT_KEY_EX_HTYPE,
  TCA_PEDIT_KEYS_EX,
  TCA_PEDIT_PARMS,
  TCA_PEDIT_PARMS_EX,
  TCA_SKBEDIT_MARK,
  TCA_SKBEDIT_PARMS,
  TCA_SKBEDIT_PRIORITY,
  TCA_SKBEDIT_PTYPE,
  TCA_SKBEDIT_QUEUE_MAPPING,
  TCA_SKBMOD_PARMS,
} from '../../uapi/cls';
import { type Control, type TcAction, tcGen } from '../action';

/** The header that an offset counts from. `network` without others is the classic form, which looks at no header. */
export type PeditHeader = 'network' | 'eth' | 'ip4' | 'ip6' | 'tcp' | 'udp';

const HEADERS = {
  network: TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK,
  eth: TCA_PEDIT_KEY_EX_HDR_TYPE_ETH,
  ip4: TCA_PEDIT_KEY_EX_HDR_TYPE_IP4,
  ip6: TCA_PEDIT_KEY_EX_HDR_TYPE_IP6,
  tcp: TCA_PEDIT_KEY_EX_HDR_TYPE_TCP,
  udp: TCA_PEDIT_KEY_EX_HDR_TYPE_UDP,
};

/** A change of 32 bits of a packet. */
export interface PeditKey {
  /** Default network. */
  readonly header?: PeditHeader;
  /** Bytes; a multiple of 4. Of `network` it may be negative. */
  readonly offset: number;
  /** In the order of the network. */
  readonly value: Int;
  /** The bits that are kept; default none. */
  readonly keep?: Int;
  /** Adds the value instead of setting it. */
  readonly add?: boolean;
  /** The byte at this offset, masked and shifted to the right, is added to the offset. */
  readonly plus?: { readonly at: number; readonly mask: number; readonly shift: number };
}

const keyBytes = ({ offset, value, keep = 0, plus }: PeditKey): Buffer =>
  cat(be32(keep), be32(value), u32(offset), u32(plus?.at ?? 0), u32(plus?.mask ?? 0), u32(plus?.shift ?? 0));

const isExtended = ({ header, add }: PeditKey): boolean =>
  add === true || (header !== undefined && header !== 'network');

/** Changes bytes: tc-pedit(8). Checksums are for csum to mend. */
export function pedit(keys: readonly PeditKey[], control: Control = 'pipe'): TcAction {
  // struct tc_pedit_sel, 24 bytes, and its keys.
  const sel = cat(tcGen(control), u8(keys.length), u8(0), u16(0), ...keys.map(keyBytes));
  if (!keys.some(isExtended)) return { kind: 'pedit', options: attr(TCA_PEDIT_PARMS, sel) };
  const extended = keys.map(({ header = 'network', add }) =>
    nest(
      TCA_PEDIT_KEY_EX,
      attr16(TCA_PEDIT_KEY_EX_HTYPE, HEADERS[header]),
      attr16(TCA_PEDIT_KEY_EX_CMD, add ? TCA_PEDIT_KEY_EX_CMD_ADD : TCA_PEDIT_KEY_EX_CMD_SET),
    ),
  );
  return { kind: 'pedit', options: cat(attr(TCA_PEDIT_PARMS_EX, sel), nest(TCA_PEDIT_KEYS_EX, ...extended)) };
}

/** Headers whose checksum csum computes. */
export type CsumHeader = 'ip4' | 'icmp' | 'igmp' | 'tcp' | 'udp' | 'udplite' | 'sctp';

const CSUM_FLAGS = {
  ip4: TCA_CSUM_UPDATE_FLAG_IPV4HDR,
  icmp: TCA_CSUM_UPDATE_FLAG_ICMP,
  igmp: TCA_CSUM_UPDATE_FLAG_IGMP,
  tcp: TCA_CSUM_UPDATE_FLAG_TCP,
  udp: TCA_CSUM_UPDATE_FLAG_UDP,
  udplite: TCA_CSUM_UPDATE_FLAG_UDPLITE,
  sctp: TCA_CSUM_UPDATE_FLAG_SCTP,
};

/** Computes checksums anew: tc-csum(8). */
export const csum = (headers: readonly CsumHeader[], control: Control = 'pipe'): TcAction => ({
  kind: 'csum',
  options: attr(
    TCA_CSUM_PARMS,
    cat(tcGen(control), u32(headers.reduce((flags, header) => flags | CSUM_FLAGS[header], 0))),
  ),
});

/** Fields of a packet's metadata that skbedit sets. */
export interface SkbeditSettings {
  readonly priority?: number;
  readonly mark?: number;
  readonly queue?: number;
  /** PACKET_HOST is 0, PACKET_OTHERHOST 3. */
  readonly ptype?: number;
}

/** Sets metadata: tc-skbedit(8). */
export const skbedit = (settings: SkbeditSettings, control: Control = 'pipe'): TcAction => ({
  kind: 'skbedit',
  options: cat(
    attr(TCA_SKBEDIT_PARMS, tcGen(control)),
    maybe(settings.priority, (value) => attr32(TCA_SKBEDIT_PRIORITY, value)),
    maybe(settings.mark, (value) => attr32(TCA_SKBEDIT_MARK, value)),
    maybe(settings.queue, (value) => attr16(TCA_SKBEDIT_QUEUE_MAPPING, value)),
    maybe(settings.ptype, (value) => attr16(TCA_SKBEDIT_PTYPE, value)),
  ),
});

/** Swaps the two addresses of the Ethernet header: tc-skbmod(8). */
export const swapMac = (control: Control = 'pipe'): TcAction => ({
  kind: 'skbmod',
  options: attr(TCA_SKBMOD_PARMS, cat(tcGen(control), zeros(4), u64(SKBMOD_F_SWAPMAC))),
});
