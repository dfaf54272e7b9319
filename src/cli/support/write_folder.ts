import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../session/errors';
import { writeUserFile } from './writable';

/**
 * Writes a folder whole.
 *
 * @throws UsageError when it holds something else
 * @throws UnwrittenError
 */
export function writeFolder(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    if (existsSync(file) && readFileSync(file, 'utf8') !== text)
      throw new UsageError(`${file} is there already and differs; name another folder`);
  }
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeUserFile(file, text);
  }
}
