/** The packages of Debian that make up a kernel. Pure: names in, names out. */

import { seriesOf } from '../../../rules/history/release';
import { compareVersions } from './release_order';

/** The kernel of one release, by the packages that have its image and its modules. */
export interface KernelPackages {
  /** As `uname -r` will print it: 6.1.0-56-amd64. */
  readonly release: string;
  /** One package until 6.18; from 6.19 on the image and the modules are packages of their own. */
  readonly images: readonly string[];
  readonly headers: string;
  /** False when the repository keeps the files of the headers, but no longer lists them. */
  readonly listsHeaders: boolean;
}

/** 6.1.0-56 has an ABI number, 6.12.117+deb12 has none; letters after a dash are a flavour, which is left out. */
const IMAGE = /^linux-image-(\d+\.\d+\.\d[\w.+~]*(?:-\d+)?-amd64)$/;

/**
 * The kernels in a list of packages, newest first. Flavours (-rt, -cloud), -unsigned and -dbg packages are not among
 * them.
 * @param names - of packages that apt knows
 */
export function kernelsAmong(names: readonly string[]): KernelPackages[] {
  const known = new Set(names);
  const releases = new Set(names.flatMap((name) => IMAGE.exec(name)?.[1] ?? []));
  return [...releases]
    .map((release) => {
      const headers = `linux-headers-${release}`;
      const isSplit = known.has(`linux-binary-${release}`);
      const images = isSplit ? [`linux-binary-${release}`, `linux-modules-${release}`] : [`linux-image-${release}`];
      return { release, images, headers, listsHeaders: known.has(headers) };
    })
    .sort((a, b) => compareVersions(b.release, a.release));
}

/**
 * The kernels that a name of a user's means, in the same order: a series (7.3), a release (7.0.4, 6.1.0-56), or the
 * whole name of a release (7.0.4+deb13, 7.0.4+deb13-amd64).
 * @param name - as typed, without `linux-`
 * @param kernels - those that there are
 */
export function kernelsNamed<Kernel extends { readonly release: string }>(
  name: string,
  kernels: readonly Kernel[],
): Kernel[] {
  return kernels.filter(
    ({ release }) =>
      [release, release.replace(/-amd64$/, '')].includes(name) ||
      shortRelease(release) === name ||
      seriesOf(release) === name,
  );
}

/**
 * Puts the kernels of this system's Debian first: its own compiler built them.
 * @param kernels - in any order, which stays otherwise
 * @param version - of Debian: 12
 */
export function ownFirst(kernels: readonly KernelPackages[], version: string): KernelPackages[] {
  const isOther = ({ release }: KernelPackages): boolean =>
    release.includes('+deb') && !new RegExp(`\\+deb${version}\\b`).test(release);
  return [...kernels].sort((a, b) => Number(isOther(a)) - Number(isOther(b)));
}

/** A release as people type it: 7.0.4 of 7.0.4+deb13-amd64, 6.1.0-56 of 6.1.0-56-amd64. */
export function shortRelease(release: string): string {
  return release.replace(/-amd64$/, '').replace(/\+deb\d+(\.\d+)?$/, '');
}

/**
 * Names the packages that must be unpacked with the headers, from the text of `apt-cache depends HEADERS`.
 * @param depends - that text
 */
export function headerCompanions(depends: string): string[] {
  const names = [...depends.matchAll(/Depends: (linux-(?:headers-[\w.+~-]+-common|kbuild-[\w.+~-]+))$/gm)];
  return names.map((match) => match[1]);
}

/**
 * The files of packages that the repository keeps beside an image, but no longer lists: headers, kbuild and modules of
 * the same version.
 * @param kernel - the packages of a kernel
 * @param imageFile - of a listed package of that kernel, with its path:
 *   pool/main/l/linux-signed-amd64/NAME_VERSION_amd64.deb
 */
export function unlistedFiles({ release, images }: KernelPackages, imageFile: string): string[] {
  const [, pool, version] = /^(.*\/)linux-signed-amd64\/[^_]+_([^_]+)_amd64\.deb$/.exec(imageFile) ?? [];
  if (pool === undefined) return [];
  const common = release.replace(/-amd64$/, '');
  // Kernels with an ABI number share the kbuild of their series.
  const kbuild = /-\d+$/.test(common) ? seriesOf(release) : common;
  const modules = images.filter((name) => name.startsWith('linux-modules-'));
  return [
    ...modules.map((name) => `${name}_${version}_amd64.deb`),
    `linux-headers-${release}_${version}_amd64.deb`,
    `linux-headers-${common}-common_${version}_all.deb`,
    `linux-kbuild-${kbuild}_${version}_amd64.deb`,
  ].map((file) => `${pool}linux/${file}`);
}
