import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { shellWords } from '../../report/shell_words';
import { ownFolder } from './version';

/** How messages and help name this program. */
const USUAL = 'npx skbcheck';
const IN_TEXT = /\bnpx skbcheck\b/g;

let known: string | undefined;

/** A text for people, in which each `npx skbcheck` is a command that can be pasted where the user stands. */
export function pasteable(text: string): string {
  return text.includes(USUAL) ? text.replace(IN_TEXT, () => (known ??= invocation(process.cwd(), process.env))) : text;
}

/**
 * The words that start this very program in a directory. `npx skbcheck` elsewhere than in a checkout or beside an
 * installed package would ask the registry for a package of that name, and run whatever has it.
 */
export function invocation(cwd: string, env: NodeJS.ProcessEnv): string {
  // Npx says so itself: it found the program from where the user stands.
  if (env.npm_command === 'exec') return USUAL;
  const bin = path.join(ownFolder(), 'bin', 'skbcheck.js');
  if (foldersAbove(cwd).some((folder) => isSame(path.join(folder, 'node_modules', '.bin', 'skbcheck'), bin)))
    return USUAL;
  const onPath = (env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  if (onPath.some((folder) => isSame(path.join(folder, 'skbcheck'), bin))) return 'skbcheck';
  const relative = path.relative(cwd, bin);
  return shellWords(['node', relative.length < bin.length ? relative : bin]);
}

function foldersAbove(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

/** Returns whether two paths are one file or folder. */
export function isSame(one: string, other: string): boolean {
  return existsSync(one) && realpathSync(one) === realpathSync(other);
}
