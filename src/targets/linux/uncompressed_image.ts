import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isThere, withLock } from './cache';
import { fileLock } from './module_build';
import { hasProgram } from './qemu';
import { run } from './run';

/** Fields of a bzImage's setup header (Documentation/arch/x86/boot.rst, 6.12, "The Real-Mode Kernel Header"). */
const HEADER = { setupSects: 0x1f1, magic: 0x202, version: 0x206, payloadOffset: 0x248, payloadLength: 0x24c };
const HEADER_BYTES = 0x250;
/** From this version of the boot protocol on the header tells where the compressed kernel is. */
const VERSION_WITH_PAYLOAD = 0x208;
const SECTOR_BYTES = 512;
/** Bytes of the kernel's size after a payload that is not gzip's (scripts/Makefile.lib, 6.12, size_append). */
const SIZE_BYTES = 4;

/** The tools that unpack a payload, by its first bytes. */
interface Unpacker {
  readonly magic: string;
  readonly tool: string;
  readonly tail_bytes: number;
}
const UNPACKERS: readonly Unpacker[] = [
  { magic: '1f8b', tool: 'gzip', tail_bytes: 0 },
  { magic: 'fd377a585a00', tool: 'xz', tail_bytes: SIZE_BYTES },
  { magic: '28b52ffd', tool: 'zstd', tail_bytes: SIZE_BYTES },
];

const ELF_MAGIC = '7f454c46';
const PT_NOTE = 4;
/** The note with the entry for PVH, at which QEMU starts an ELF kernel (include/xen/interface/elfnote.h, 6.12). */
const XEN_ELFNOTE_PHYS32_ENTRY = 18;

/**
 * Returns the image to boot: the kernel that a bzImage carries, unpacked once into the cache. An emulated CPU would
 * unpack it at each boot, for 1 to 8 seconds. Where it cannot be unpacked here, or has no entry for PVH, it is the
 * bzImage.
 * @param image - a bzImage
 * @param cache - the cache directory
 */
export async function uncompressedImage(image: string, cache: string): Promise<string> {
  const bytes = readFileSync(image);
  const path = join(cache, 'vmlinux', createHash('sha256').update(bytes).digest('hex').slice(0, 24));
  if (!isThere(path)) await withLock(cache, fileLock(path), () => unpack(bytes, path));
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0 ? path : image;
}

/**
 * Makes the file of the cache; it stays empty where the image must be booted as it is. Makes none where the tool is
 * missing, which may be installed later.
 */
async function unpack(bytes: Buffer, path: string): Promise<void> {
  if (isThere(path)) return;
  const payload = payloadOf(bytes);
  const unpacker = UNPACKERS.find(({ magic }) => payload.subarray(0, magic.length / 2).toString('hex') === magic);
  if (unpacker !== undefined && !hasProgram(unpacker.tool)) return;
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.part`;
  try {
    if (!(await unpackTo(part, payload, unpacker)) || !hasPvhEntry(readFileSync(part))) writeFileSync(part, '');
    renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
}

async function unpackTo(path: string, payload: Buffer, unpacker: Unpacker | undefined): Promise<boolean> {
  if (unpacker === undefined) return false;
  const input = payload.subarray(0, payload.length - unpacker.tail_bytes);
  return (await run('sh', ['-c', `exec ${unpacker.tool} -dc > "$0"`, path], { input })).ok;
}

/** The compressed kernel in a bzImage; empty where the header names none. */
function payloadOf(image: Buffer): Buffer {
  const none = Buffer.alloc(0);
  if (image.length < HEADER_BYTES || image.toString('latin1', HEADER.magic, HEADER.magic + 4) !== 'HdrS') return none;
  if (image.readUInt16LE(HEADER.version) < VERSION_WITH_PAYLOAD) return none;
  const code = (image[HEADER.setupSects] + 1) * SECTOR_BYTES;
  const start = code + image.readUInt32LE(HEADER.payloadOffset);
  return image.subarray(start, start + image.readUInt32LE(HEADER.payloadLength));
}

/**
 * Returns whether an ELF file has Xen's note of the PVH entry.
 * @param elf - of 64 bits, little-endian
 */
export function hasPvhEntry(elf: Buffer): boolean {
  if (elf.toString('hex', 0, 4) !== ELF_MAGIC) return false;
  const [table, entryBytes, entries] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)];
  for (let entry = table; entry < table + entries * entryBytes; entry += entryBytes) {
    if (elf.readUInt32LE(entry) !== PT_NOTE) continue;
    const start = Number(elf.readBigUInt64LE(entry + 8));
    if (
      notesOf(elf.subarray(start, start + Number(elf.readBigUInt64LE(entry + 32)))).includes(XEN_ELFNOTE_PHYS32_ENTRY)
    )
      return true;
  }
  return false;
}

/** The types of Xen's notes in a segment of notes, each of which is filled up to four bytes. */
function notesOf(segment: Buffer): number[] {
  const types: number[] = [];
  const filled = (bytes: number): number => (bytes + 3) & ~3;
  for (let at = 0; at + 12 <= segment.length;) {
    const [nameBytes, descriptionBytes] = [segment.readUInt32LE(at), segment.readUInt32LE(at + 4)];
    if (segment.toString('latin1', at + 12, at + 12 + nameBytes) === 'Xen\0') types.push(segment.readUInt32LE(at + 8));
    at += 12 + filled(nameBytes) + filled(descriptionBytes);
  }
  return types;
}
