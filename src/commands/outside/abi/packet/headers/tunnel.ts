import { aligned, be16, be32, cat, u8, zeros } from '../../bytes';
import { ETH_P_TEB } from '../../uapi/devices';
import { checksumBytes, checksumOf } from '../checksum';
import type { Esp, Geneve, Gre, Vxlan } from '../layer';
import type { Read } from './read';

const [CSUM, KEY, SEQ] = [0x8000, 0x2000, 0x1000];

/** A GRE header, and the bytes inside: RFC 2784, RFC 2890. */
export function wrapGre(gre: Gre, ethertype: number, inside: Buffer): Buffer {
  const flags = (gre.csum ? CSUM : 0) | (gre.key === undefined ? 0 : KEY) | (gre.seq === undefined ? 0 : SEQ);
  const start = cat(be16(flags), be16(gre.ethertype ?? ethertype));
  const end = cat(
    gre.key === undefined ? zeros(0) : be32(gre.key),
    gre.seq === undefined ? zeros(0) : be32(gre.seq),
    inside,
  );
  const sum = gre.csum ? cat(checksumBytes(gre.checksum, checksumOf(start, end)), zeros(2)) : zeros(0);
  return cat(start, sum, end);
}

/** Reads a GRE header of version 0. */
export function readGre(bytes: Buffer): Read<Gre> | undefined {
  if (bytes.length < 4) return undefined;
  const flags = bytes.readUInt16BE(0);
  const [csum, hasKey, hasSeq] = [CSUM, KEY, SEQ].map((bit) => (flags & bit) !== 0);
  const keyAt = csum ? 8 : 4;
  const seqAt = keyAt + (hasKey ? 4 : 0);
  const headerBytes = seqAt + (hasSeq ? 4 : 0);
  if ((flags & 0x4fff) !== 0 || headerBytes > bytes.length) return undefined;
  const isRight = !csum || checksumOf(bytes) === 0;
  return {
    fields: {
      ...{ layer: 'gre', csum },
      ...(hasKey ? { key: bytes.readUInt32BE(keyAt) } : {}),
      ...(hasSeq ? { seq: bytes.readUInt32BE(seqAt) } : {}),
      ...(isRight ? {} : { checksum: bytes.readUInt16BE(4) }),
    },
    headerBytes,
    ethertype: bytes.readUInt16BE(2),
  };
}

/** Reads a VXLAN header: RFC 7348. */
export const readVxlan = (bytes: Buffer): Read<Vxlan> | undefined =>
  bytes.length < 8
    ? undefined
    : {
        fields: { layer: 'vxlan', flags: bytes[0], vni: bytes.readUIntBE(4, 3) },
        headerBytes: 8,
        ethertype: ETH_P_TEB,
      };

/** A Geneve header: RFC 8926. */
export const geneveBytes = (geneve: Geneve, ethertype: number): Buffer =>
  cat(
    ...[u8((aligned(geneve.options, 4).length / 4) & 0x3f), u8(0), be16(geneve.ethertype ?? ethertype)],
    ...[be32(geneve.vni * 256), aligned(geneve.options, 4)],
  );

/** Reads a Geneve header. */
export function readGeneve(bytes: Buffer): Read<Geneve> | undefined {
  const headerBytes = bytes.length < 8 ? Infinity : 8 + (bytes[0] & 0x3f) * 4;
  if (headerBytes > bytes.length) return undefined;
  const fields: Geneve = { layer: 'geneve', vni: bytes.readUIntBE(4, 3), options: bytes.subarray(8, headerBytes) };
  return { fields, headerBytes, ethertype: bytes.readUInt16BE(2) };
}

/** Reads the first bytes of an ESP packet: RFC 4303. */
export const readEsp = (bytes: Buffer): Read<Esp> | undefined =>
  bytes.length < 8
    ? undefined
    : { fields: { layer: 'esp', spi: bytes.readUInt32BE(0), seq: bytes.readUInt32BE(4) }, headerBytes: 8 };
