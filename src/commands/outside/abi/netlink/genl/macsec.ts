import { be64, field, u8 } from '../../bytes';
import {
  MACSEC_ATTR_IFINDEX,
  MACSEC_ATTR_RXSC_CONFIG,
  MACSEC_ATTR_SA_CONFIG,
  MACSEC_CMD_ADD_RXSA,
  MACSEC_CMD_ADD_RXSC,
  MACSEC_CMD_ADD_TXSA,
  MACSEC_GENL_VERSION,
  MACSEC_RXSC_ATTR_ACTIVE,
  MACSEC_RXSC_ATTR_SCI,
  MACSEC_SA_ATTR_ACTIVE,
  MACSEC_SA_ATTR_AN,
  MACSEC_SA_ATTR_KEY,
  MACSEC_SA_ATTR_KEYID,
  MACSEC_SA_ATTR_PN,
} from '../../uapi/if_macsec';
import { attr, attr32, attr8, type Attributes, nest } from '../attribute';
import { genlMessage } from './message';

/** A key of MACsec: include/uapi/linux/if_macsec.h, ip-macsec(8). */
export interface MacsecKey {
  /** 0 to 3. */
  readonly association: number;
  /** Number of the next packet, at least 1. */
  readonly packet: number;
  /** All 16 bytes of the key are this one. */
  readonly secret: number;
}

const saConfig = ({ association, packet, secret }: MacsecKey): Attributes =>
  nest(
    MACSEC_ATTR_SA_CONFIG,
    ...[attr8(MACSEC_SA_ATTR_AN, association), attr8(MACSEC_SA_ATTR_ACTIVE, 1), attr32(MACSEC_SA_ATTR_PN, packet)],
    attr(MACSEC_SA_ATTR_KEY, Buffer.alloc(16, secret)),
    attr(MACSEC_SA_ATTR_KEYID, field(u8(association), 16)),
  );
const macsecMessage = (
  family: number,
  command: number,
  ifindex: number,
  ...attributes: readonly Attributes[]
): Buffer => genlMessage(family, command, MACSEC_GENL_VERSION, attr32(MACSEC_ATTR_IFINDEX, ifindex), ...attributes);
const channel = (sci: bigint, ...more: readonly Attributes[]): Attributes =>
  nest(MACSEC_ATTR_RXSC_CONFIG, attr(MACSEC_RXSC_ATTR_SCI, be64(sci)), ...more);

/**
 * MACSEC_CMD_ADD_TXSA: a key to send with.
 * @param family - id of the family "macsec"
 */
export const addMacsecTx = (family: number, ifindex: number, key: MacsecKey): Buffer =>
  macsecMessage(family, MACSEC_CMD_ADD_TXSA, ifindex, saConfig(key));

/**
 * MACSEC_CMD_ADD_RXSC: a sender that is known.
 * @param sci - its secure channel identifier: its address, and 16 bits of its port
 */
export const addMacsecChannel = (family: number, ifindex: number, sci: bigint): Buffer =>
  macsecMessage(family, MACSEC_CMD_ADD_RXSC, ifindex, channel(sci, attr8(MACSEC_RXSC_ATTR_ACTIVE, 1)));

/** MACSEC_CMD_ADD_RXSA: a key of a known sender. */
export const addMacsecRx = (family: number, ifindex: number, sci: bigint, key: MacsecKey): Buffer =>
  macsecMessage(family, MACSEC_CMD_ADD_RXSA, ifindex, channel(sci), saConfig(key));
