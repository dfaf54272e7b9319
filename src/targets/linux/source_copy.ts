import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Copies entries of a folder of which a copy exists already. Unchanged files become links to that copy, which takes
 * seconds where the copy of a kernel takes minutes. A file's times show whether it changed, as for make. No program may
 * write a linked file in place: `patch` and `make mrproper` do not.
 * @param source - the folder
 * @param before - the earlier copy
 * @param fresh - the new copy, an empty folder on the disk of `before`
 */
export function copyAgain(entries: readonly string[], source: string, before: string, fresh: string): void {
  for (const name of entries) linkOrCopy(join(source, name), join(before, name), join(fresh, name));
}

function linkOrCopy(source: string, before: string, fresh: string): void {
  const now = lstatSync(source);
  if (now.isDirectory()) {
    mkdirSync(fresh);
    copyAgain(readdirSync(source), source, before, fresh);
  } else if (now.isSymbolicLink()) symlinkSync(readlinkSync(source), fresh);
  else if (now.isFile()) {
    const old = lstatSync(before, { throwIfNoEntry: false });
    const isUnchanged = old?.isFile() === true && old.size === now.size && old.mode === now.mode;
    if (isUnchanged && old.mtime.getTime() === now.mtime.getTime()) return linkSync(before, fresh);
    copyFileSync(source, fresh);
    chmodSync(fresh, now.mode);
    utimesSync(fresh, now.mtime, now.mtime);
  }
}

/**
 * make compares times, and a copy has those of its source. So a file that differs from the earlier copy gets the
 * current time, even if its last edit was before that build. All other files keep the time that they had then.
 */
export function carryTimes(before: string, after: string, now: Date): void {
  for (const entry of readdirSync(after, { withFileTypes: true })) {
    const old = join(before, entry.name);
    const fresh = join(after, entry.name);
    if (entry.isDirectory()) carryTimes(old, fresh, now);
    if (!entry.isFile()) continue;
    const same = sameFile(old, fresh);
    if (same === 'linked') continue;
    const time = same === 'equal' ? statSync(old).mtime : now;
    utimesSync(fresh, time, time);
  }
}

function sameFile(one: string, other: string): 'linked' | 'equal' | 'different' {
  const [a, b] = [one, other].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  if (!a?.isFile() || !b?.isFile() || a.size !== b.size || a.mode !== b.mode) return 'different';
  if (a.ino === b.ino) return 'linked';
  return readFileSync(one).equals(readFileSync(other)) ? 'equal' : 'different';
}
