import { readFileSync } from 'node:fs';

const SECTION_BYTES = 64;

/** A section of an ELF file of 64 bits. */
export interface Section {
  readonly name: string;
  readonly address: bigint;
  readonly content: Buffer;
}

/**
 * The sections of an uncompressed kernel.
 * @param path - vmlinux, ELF, 64 bits, little endian
 * @throws Error when it is none
 */
export function sectionsOf(path: string): Section[] {
  const file = readFileSync(path);
  if (file.toString('latin1', 1, 4) !== 'ELF') throw new Error(`${path} is no uncompressed kernel`);
  const table = Number(file.readBigUInt64LE(0x28));
  const count = file.readUInt16LE(0x3c);
  const headers = Array.from({ length: count }, (_, at) => file.subarray(table + at * SECTION_BYTES));
  const content = (header: Buffer): Buffer => {
    const offset = Number(header.readBigUInt64LE(24));
    return file.subarray(offset, offset + Number(header.readBigUInt64LE(32)));
  };
  const names = content(headers[file.readUInt16LE(0x3e)]);
  return headers.map((header) => ({
    name: textAt(names, header.readUInt32LE(0)),
    address: header.readBigUInt64LE(16),
    content: content(header),
  }));
}

/** The text up to the next zero byte. */
export function textAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}
