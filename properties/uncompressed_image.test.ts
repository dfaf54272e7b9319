// A kernel is unpacked once, not at each boot; an image that cannot be unpacked, or not be started so, boots as it is.

import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { uncompressedImage } from '../src/targets/linux/uncompressed_image';

const PHYS32_ENTRY = 18;
const OTHER_NOTE = 6;
const folder = mkdtempSync(path.join(tmpdir(), 'skbcheck-image-'));
const image = path.join(folder, 'vmlinuz');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An ELF file of one program header and two notes: one of GNU, one of Xen with the given type. */
function elfWith(xenNote: number): Buffer {
  const note = (name: string, type: number): Buffer => {
    const head = Buffer.alloc(12);
    [name.length + 1, 6, type].forEach((word, i) => head.writeUInt32LE(word, 4 * i));
    return Buffer.concat([head, Buffer.from(`${name}\0`), Buffer.alloc(8)]);
  };
  const notes = Buffer.concat([note('GNU', PHYS32_ENTRY), note('Xen', xenNote)]);
  const elf = Buffer.alloc(64 + 56);
  elf.write('7f454c4602', 'hex');
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(1, 56);
  elf.writeUInt32LE(4, 64);
  elf.writeBigUInt64LE(BigInt(elf.length), 64 + 8);
  elf.writeBigUInt64LE(BigInt(notes.length), 64 + 32);
  return Buffer.concat([elf, notes]);
}

/** A bzImage of protocol 2.15 with one sector of setup code, and a payload 16 bytes into its code. */
function bzImageWith(payload: Buffer): Buffer {
  const setup = Buffer.alloc(1024 + 16);
  setup[0x1f1] = 1;
  setup.write('HdrS', 0x202);
  setup.writeUInt16LE(0x20f, 0x206);
  setup.writeUInt32LE(16, 0x248);
  setup.writeUInt32LE(payload.length, 0x24c);
  return Buffer.concat([setup, payload, Buffer.from('what follows the payload')]);
}

async function bootOf(bytes: Buffer): Promise<string> {
  writeFileSync(image, bytes);
  return uncompressedImage(image, folder);
}

test('a kernel with an entry for PVH is unpacked into the cache, once', async () => {
  const elf = elfWith(PHYS32_ENTRY);
  const unpacked = await bootOf(bzImageWith(gzipSync(elf)));
  expect(unpacked).toContain(path.join(folder, 'vmlinux'));
  expect(readFileSync(unpacked)).toEqual(elf);
  utimesSync(unpacked, 0, 0);
  const { ino } = statSync(unpacked);
  expect(await bootOf(bzImageWith(gzipSync(elf)))).toBe(unpacked);
  expect(statSync(unpacked).ino).toBe(ino);
  // A file in use is not pruned.
  expect(statSync(unpacked).mtimeMs).toBeGreaterThan(0);
});

test('another kernel has another file', async () => {
  const [first, second] = [Buffer.alloc(4), Buffer.alloc(8)].map((tail) =>
    Buffer.concat([elfWith(PHYS32_ENTRY), tail]),
  );
  expect(await bootOf(bzImageWith(gzipSync(first)))).not.toBe(await bootOf(bzImageWith(gzipSync(second))));
});

const asItIs: [what: string, bytes: Buffer][] = [
  ['without an entry for PVH', bzImageWith(gzipSync(elfWith(OTHER_NOTE)))],
  ['whose payload is cut', bzImageWith(gzipSync(elfWith(PHYS32_ENTRY)).subarray(0, 40))],
  ['with a payload of a format that is not known', bzImageWith(Buffer.from('BZh91AY&SY'))],
  ['that unpacks to something else', bzImageWith(gzipSync(Buffer.from('no ELF file')))],
  ['of an old boot protocol', Buffer.concat([Buffer.alloc(0x202), Buffer.from('HdrS\x07\x02'), Buffer.alloc(0x100)])],
  ['that is no bzImage', Buffer.from('vmlinuz')],
  ['that is empty', Buffer.alloc(0)],
];
test.each(asItIs)('an image %s boots as it is', async (_what, bytes) => {
  expect(await bootOf(bytes)).toBe(image);
  expect(await bootOf(bytes)).toBe(image);
});
