import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** skbcheck's own version: of the package that this file is a part of, built or not. */
export function ownVersion(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    try {
      return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
    } catch (error) {
      if (dirname(folder) === folder) throw error;
    }
  }
}
