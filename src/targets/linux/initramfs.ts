import { gzipSync } from 'node:zlib';

/** A file of an initramfs. */
export interface InitramfsFile {
  /** Without a leading slash. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Buffer;
}

const TYPE_FILE = 0o100000;
const TYPE_FOLDER = 0o040000;
const FOLDERS = ['dev', 'proc', 'sys', 'tmp'];

/**
 * A gzipped cpio archive in the "newc" format, which the kernel unpacks as its root.
 * @param files - all at the top
 * @param level - of gzip: 1 is fast, 9 is small
 */
export function packInitramfs(files: readonly InitramfsFile[], level = 6): Buffer {
  let inode = 1;
  const folders = FOLDERS.map((path) => entry(path, TYPE_FOLDER | 0o755, Buffer.alloc(0), inode++));
  const contents = files.map((file) => entry(file.path, TYPE_FILE | file.mode, file.content, inode++));
  const trailer = entry('TRAILER!!!', 0, Buffer.alloc(0), 0);
  return gzipSync(Buffer.concat([...folders, ...contents, trailer]), { level });
}

/** The header is thirteen fields of eight hex digits; name and content are padded to four bytes. */
function entry(path: string, mode: number, content: Buffer, inode: number): Buffer {
  const nameBytes = Buffer.byteLength(path) + 1;
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, nameBytes, 0];
  const header = '070701' + fields.map((field) => field.toString(16).padStart(8, '0')).join('');
  const named = padded(Buffer.from(`${header}${path}\0`, 'latin1'));
  return Buffer.concat([named, padded(content)]);
}

function padded(bytes: Buffer): Buffer {
  const missing = -bytes.length & 3;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
