// Functions of a kernel's sources, by their text: enough for the kernel's coding style, where a definition opens and
// closes in column 0.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A tree of kernel sources. */
export interface KernelSources {
  readonly root: string;
  /** `6.12`. */
  readonly series: string;
}

/** @throws Error when the directory has no Makefile of a kernel */
export function openSources(root: string): KernelSources {
  const makefile = readFileSync(path.join(root, 'Makefile'), 'utf8');
  const numberOf = (name: string): string => {
    const found = new RegExp(`^${name} = (\\d+)$`, 'm').exec(makefile)?.[1];
    if (found === undefined) throw new Error(`${root}/Makefile has no ${name}: give the top of kernel sources`);
    return found;
  };
  return { root, series: `${numberOf('VERSION')}.${numberOf('PATCHLEVEL')}` };
}

/** Returns the bodies of the functions of that name in the file: `#if` may give it more than one. */
export function bodiesOf({ root }: KernelSources, file: string, name: string): readonly string[] {
  const place = path.join(root, file);
  return existsSync(place) ? bodiesIn(readFileSync(place, 'utf8'), name) : [];
}

const SYSTEM_CALL = /^SYSCALL_DEFINE\d$/;

/** @param text - of a C file */
export function bodiesIn(text: string, name: string): readonly string[] {
  const bodies: string[] = [];
  for (const { index } of text.matchAll(/^\{/gm)) {
    const end = text.indexOf('\n}', index);
    if (end >= 0 && nameBefore(text, index) === name) bodies.push(text.slice(index, end));
  }
  return bodies;
}

/** The name of the function whose body opens at `index`: the first name in front of a bracket after the last statement. */
function nameBefore(text: string, index: number): string | undefined {
  const before = text.slice(Math.max(0, index - 600), index);
  const header = before.split(/\n\s*\n|;\s*\n|\n\}|\*\/\s*\n|\n#[^\n]*\n/).at(-1) ?? '';
  const [, name, first] = /\b([A-Za-z_]\w*)\s*\(\s*(\w*)/.exec(header) ?? [];
  return name !== undefined && SYSTEM_CALL.test(name) ? first : name;
}
