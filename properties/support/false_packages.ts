import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Names of packages that a repository may know. */
export const NAMES = [
  ...['6.1.0-9', '6.1.0-56', '6.12.117+deb12', '6.12.118+deb13', '7.3.4+deb13'].flatMap((release) => [
    `linux-image-${release}-amd64`,
    `linux-headers-${release}-amd64`,
  ]),
  ...['linux-image-7.0.4+deb13-amd64', 'linux-binary-7.0.4+deb13-amd64', 'linux-image-6.16.3+deb13-amd64'],
  ...['linux-binary-7.3.4+deb13-amd64', 'linux-modules-7.3.4+deb13-amd64', 'linux-binary-7.3.4+deb13-rt-amd64'],
  ...['linux-image-6.1.0-56-rt-amd64', 'linux-image-6.1.0-56-cloud-amd64', 'linux-image-6.1.0-56-amd64-unsigned'],
  ...['linux-image-6.12.117+deb12-amd64-dbg', 'linux-image-amd64', 'linux-headers-amd64'],
];

// Parts of a false apt-get, which writes no file but those of the lists, and of a false apt-cache.
export const LISTS = `for word; do case $word in Dir::State::Lists=*) lists=\${word#*=};; esac; done`;
export const UPDATE = `case "$*" in *update*) touch "$lists/debian_Packages"; exit 0;; esac`;
export const URIS = `case "$*" in *print-uris*) echo "'http://debian.example/pool/x.deb' x.deb 1"; exit 0;; esac`;

/**
 * The script of an apt-cache.
 * @param names - of the packages that it knows
 * @param had - of those that can be had
 */
export function cacheOf(names: readonly string[], had = names): string {
  return (
    `case "$*" in *pkgnames*) printf '${names.join('\\n')}\\n';; *madison*) for word; do ` +
    `case " ${had.join(' ')} " in *" $word "*) echo "$word | 1 | debian.example";; esac; done;; esac`
  );
}

/** Makes a folder of apt with a repository that is none. */
export function falseSources(folder: string): string {
  const apt = path.join(folder, 'apt');
  mkdirSync(apt, { recursive: true });
  writeFileSync(path.join(apt, 'sources.list'), 'deb http://debian.example/debian bookworm main\n');
  return apt;
}

/**
 * Gives each test of a suite an empty cache, and restores PATH and the cache of the user after it.
 * @param began - receives the cache
 */
export function withEmptyCaches(folder: string, began: (cache: string) => void): void {
  const saved = { PATH: process.env.PATH, cache: process.env.SKBCHECK_CACHE };
  beforeEach(() => {
    const cache = mkdtempSync(path.join(folder, 'cache-'));
    process.env.SKBCHECK_CACHE = cache;
    began(cache);
  });
  afterEach(() => {
    process.env.PATH = saved.PATH;
    if (saved.cache === undefined) delete process.env.SKBCHECK_CACHE;
    else process.env.SKBCHECK_CACHE = saved.cache;
  });
}

/** Puts programs in PATH before those of the system. The caller restores PATH. */
export function withPrograms(folder: string, programs: Readonly<Record<string, string>>): void {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  process.env.PATH = `${bin}:${process.env.PATH}`;
}

/**
 * Has apt bring packages of kernels against whose headers nothing compiles.
 * @param names - of the packages that apt knows
 * @param releases - of the kernels that the packages have
 */
export function withHeadersThatDoNotCompile(
  folder: string,
  names: readonly string[],
  releases: readonly string[],
): void {
  const tree = mkdtempSync(path.join(folder, 'tree-'));
  const put = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
    writeFileSync(path.join(tree, name), text);
  };
  for (const release of releases) {
    put(`boot/vmlinuz-${release}`, '');
    put(`lib/modules/${release}/virtio.ko`, '');
    put(`usr/src/linux-headers-${release}/Makefile`, '');
  }
  put('usr/src/linux-headers-1-common/Makefile', "modules:\n\t@echo 'x.c:1: error: a header is missing' >&2; exit 1\n");
  withPrograms(folder, {
    'apt-get': `${LISTS}; ${UPDATE}; ${URIS}; echo > linux-image-x.deb; echo > linux-headers-x.deb`,
    'apt-cache': cacheOf(names),
    'apt-helper': 'echo > "$5"',
    'dpkg-deb': `tar -c -C '${tree}' .`,
  });
}
