import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Write a file so that whoever reads it sees all of it or what was there before. Returns its path. */
export function writeWhole(file: string, text: string): string {
  const beside = `${file}.new`;
  const descriptor = openSync(beside, 'w');
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;)
      written += writeSync(descriptor, bytes, written, bytes.length - written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, file);
  return file;
}
