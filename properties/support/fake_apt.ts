// Programs that stand for those of apt: they know some packages, and bring none.

import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The packages that the repository knows. */
const NAMES = [
  ...['6.1.0-9', '6.1.0-56', '6.12.117+deb12', '6.12.118+deb13', '7.3.4+deb13'].flatMap((release) => [
    `linux-image-${release}-amd64`,
    `linux-headers-${release}-amd64`,
  ]),
  ...['linux-image-7.0.4+deb13-amd64', 'linux-binary-7.0.4+deb13-amd64', 'linux-image-6.16.3+deb13-amd64'],
  ...['linux-binary-7.3.4+deb13-amd64', 'linux-modules-7.3.4+deb13-amd64', 'linux-binary-7.3.4+deb13-rt-amd64'],
  ...['linux-image-6.1.0-56-rt-amd64', 'linux-image-6.1.0-56-cloud-amd64', 'linux-image-6.1.0-56-amd64-unsigned'],
  ...['linux-image-6.12.117+deb12-amd64-dbg', 'linux-image-amd64', 'linux-headers-amd64'],
];

const LISTS = `for word; do case $word in Dir::State::Lists=*) lists=\${word#*=};; esac; done`;
const UPDATE = `case "$*" in *update*) touch "$lists/debian_Packages"; exit 0;; esac`;

const FILE = '${word}_1_amd64.deb';
const PRINT = `case $word in linux-*) echo "'http://debian.example/pool/${FILE}' ${FILE} 1";; esac`;
/** A script for apt-get: it updates, and prints the addresses of packages. */
export const APT_GET = `${LISTS}; ${UPDATE}; case "$*" in *print-uris*) for word; do ${PRINT}; done; exit 0;; esac`;
/** A script for apt-cache: it prints the names of packages. */
export const aptCache = (names: readonly string[]): string =>
  `case "$*" in *pkgnames*) printf '${names.join('\\n')}\\n';; esac`;
export const APT_CACHE = aptCache(NAMES);

/** Puts programs in PATH before those of the system. */
export function putInPath(folder: string, programs: Readonly<Record<string, string>>): void {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  process.env.PATH = `${bin}:${process.env.PATH}`;
}
