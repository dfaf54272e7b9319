import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './cli';

/** The files below a folder of the checkout with an ending, relative to the checkout. */
export function sourceFiles(folder: string, ending: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(folder, file))
    .sort();
}
