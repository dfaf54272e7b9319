import { ipBytes, type IpText } from '../address';
import { be32, cat, field, u16, u32, u8, zeros } from '../bytes';
import { familyOf } from '../netlink/rtnl/family';
import { IPPROTO_ESP } from '../uapi/sockets';
import { XFRM_MODE_BEET, XFRM_MODE_TRANSPORT, XFRM_MODE_TUNNEL } from '../uapi/xfrm';

/** Where packets of a policy or association come from and go to. */
export interface XfrmSelector {
  readonly from: IpText;
  readonly fromPrefix: number;
  readonly to: IpText;
  readonly toPrefix: number;
  /** IPPROTO_*; 0 is any. */
  readonly protocol?: number;
}

/** xfrm_address_t, 16 bytes. */
export const xfrmAddress = (ip: IpText): Buffer => field(ipBytes(ip), 16);

/** struct xfrm_selector, 56 bytes: include/uapi/linux/xfrm.h. */
export const selectorBytes = ({ from, fromPrefix, to, toPrefix, protocol = 0 }: XfrmSelector): Buffer =>
  cat(
    ...[xfrmAddress(to), xfrmAddress(from), zeros(8), u16(familyOf(to)), u8(toPrefix), u8(fromPrefix)],
    ...[u8(protocol), zeros(3), u32(0), u32(0)],
  );

/** struct xfrm_id, 24 bytes, of ESP. */
export const espId = (to: IpText, spi: number): Buffer => cat(xfrmAddress(to), be32(spi), u8(IPPROTO_ESP), zeros(3));

/** struct xfrm_lifetime_cfg, 64 bytes: for ever. struct xfrm_lifetime_cur, 32 bytes, follows. */
export const lifetime = (): Buffer => cat(Buffer.alloc(32, 0xff), zeros(32), zeros(32));

/** Modes of IPsec: the packet's own header, an outer one, or a shared one. */
export type XfrmMode = 'transport' | 'tunnel' | 'beet';
const MODES = { transport: XFRM_MODE_TRANSPORT, tunnel: XFRM_MODE_TUNNEL, beet: XFRM_MODE_BEET };
export const modeByte = (mode: XfrmMode): Buffer => u8(MODES[mode]);
