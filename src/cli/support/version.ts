import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version in this package's package.json. */
export function ownVersion(): string {
  return ownPackage().version;
}

/** The folder of this package: the nearest above this file with a package.json. The file may be built or not. */
export function ownFolder(): string {
  return ownPackage().folder;
}

/** The checkout that this program runs from; undefined: an installed package. */
export function ownCheckout(): string | undefined {
  const folder = ownFolder();
  return existsSync(join(folder, 'tsconfig.build.json')) ? folder : undefined;
}

function ownPackage(): { readonly folder: string; readonly version: string } {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
      return { folder, version };
    } catch (error) {
      if (dirname(folder) === folder) throw error;
    }
  }
}
