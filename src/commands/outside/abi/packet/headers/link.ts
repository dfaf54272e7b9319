import { ipBytes, ipText, macBytes, macText } from '../../address';
import { be16, be32, cat, u8 } from '../../bytes';
import { ARPHRD_ETHER, ETH_P_IP } from '../../uapi/devices';
import type { Arp, Ethernet, Mpls, Vlan } from '../layer';
import type { Read } from './read';

/** A label stack entry: RFC 3032. */
export const mplsEntry = ({ label, tc, ttl }: Mpls, isBottom: boolean): Buffer =>
  be32((BigInt(label & 0xfffff) << 12n) | BigInt(((tc & 7) << 9) | (isBottom ? 0x100 : 0) | (ttl & 255)));

/** An ARP packet of Ethernet and IPv4: RFC 826. */
export const arpBytes = (arp: Arp): Buffer =>
  cat(
    ...[be16(ARPHRD_ETHER), be16(ETH_P_IP), u8(6), u8(4), be16(arp.operation)],
    ...[macBytes(arp.senderMac), ipBytes(arp.senderIp), macBytes(arp.targetMac), ipBytes(arp.targetIp)],
  );

/** Reads an ARP packet of Ethernet and IPv4. */
export function readArp(bytes: Buffer): Read<Arp> | undefined {
  if (bytes.length < 28 || bytes.readUInt32BE(0) !== ARPHRD_ETHER * 65536 + ETH_P_IP || bytes[4] !== 6)
    return undefined;
  return {
    fields: {
      ...{ layer: 'arp', operation: bytes.readUInt16BE(6) },
      senderMac: macText(bytes.subarray(8, 14)),
      senderIp: ipText(bytes.subarray(14, 18)),
      targetMac: macText(bytes.subarray(18, 24)),
      targetIp: ipText(bytes.subarray(24, 28)),
    },
    headerBytes: 28,
  };
}

/** Reads an Ethernet header. */
export function readEthernet(bytes: Buffer): Read<Ethernet> | undefined {
  if (bytes.length < 14) return undefined;
  const fields: Ethernet = {
    layer: 'ethernet',
    to: macText(bytes.subarray(0, 6)),
    from: macText(bytes.subarray(6, 12)),
  };
  return { fields, headerBytes: 14, ethertype: bytes.readUInt16BE(12) };
}

/** Reads a VLAN tag, behind the ethertype that announces it. */
export function readVlan(bytes: Buffer, service: boolean): Read<Vlan> | undefined {
  if (bytes.length < 4) return undefined;
  const tci = bytes.readUInt16BE(0);
  const fields: Vlan = { layer: 'vlan', id: tci & 0xfff, pcp: tci >> 13, dei: (tci & 0x1000) !== 0, service };
  return { fields, headerBytes: 4, ethertype: bytes.readUInt16BE(2) };
}

/** Reads a label stack entry; `isBottom` says that IP follows. */
export function readMpls(bytes: Buffer): (Read<Mpls> & { readonly isBottom: boolean }) | undefined {
  if (bytes.length < 4) return undefined;
  const word = bytes.readUInt32BE(0);
  const fields: Mpls = { layer: 'mpls', label: word >>> 12, tc: (word >> 9) & 7, ttl: word & 255 };
  return { fields, headerBytes: 4, isBottom: (word & 0x100) !== 0 };
}
