import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TargetUnavailableError } from '../src/session/errors';

/** A folder of kernel/ of this checkout, whether this runs from fuzz/ or dist/fuzz/. */
export function folderOfKernel(name: string): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'kernel', name);
    if (existsSync(found)) return found;
  }
  throw new TargetUnavailableError(`no folder kernel/${name} above ${__dirname}`);
}

/** The patches of a folder, by letter and number. */
export function patchesIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.patch'));
  const collator = new Intl.Collator('en', { numeric: true });
  return files.sort(collator.compare).map((file) => join(folder, file));
}

/**
 * The fields of a patch before its first hunk: `Field: text`, and more of the text on indented lines.
 *
 * @param wanted - fields that must be there
 */
export function headerOf<Name extends string>(
  patch: string,
  wanted: readonly Name[],
): Record<Name, string> & Partial<Record<string, string>> {
  const [header] = readFileSync(patch, 'utf8').split(/^--- /m, 1);
  const found = new Map(
    [...header.matchAll(/^(\w+): (.*(?:\n {2}.*)*)/gm)].map(([, field, text]) => [field, text.replace(/\s+/g, ' ')]),
  );
  const missing = wanted.filter((field) => !found.get(field));
  if (missing.length > 0) throw new TargetUnavailableError(`${patch}: its header lacks ${missing.join(', ')}`);
  return Object.fromEntries(found) as Record<Name, string>;
}
