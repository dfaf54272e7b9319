/** The packages of Debian that make up a kernel. Pure: names in, names out. */

/** The kernel packages of one release. */
export interface KernelPackages {
  /** As `uname -r` will print it: 6.1.0-56-amd64. */
  readonly release: string;
  readonly image: string;
  readonly headers: string;
}

/**
 * The kernels of a series for which both image and headers exist, newest first. Flavours (-rt, -cloud), -unsigned and
 * -dbg packages are not among them.
 * @param series - 6.1, 6.12
 * @param names - of packages that apt knows
 */
export function kernelsOfSeries(series: string, names: readonly string[]): KernelPackages[] {
  const known = new Set(names);
  // 6.1.0-56 has an ABI number, 6.12.117+deb12 has none; a flavour would be letters after a dash.
  const shape = new RegExp(`^linux-image-(${series.replaceAll('.', '\\.')}\\.\\d[\\w.+~]*(?:-\\d+)?-amd64)$`);
  return names
    .flatMap((image) => {
      const release = shape.exec(image)?.[1];
      const headers = `linux-headers-${release}`;
      return release && known.has(headers) ? [{ release, image, headers }] : [];
    })
    .sort((a, b) => compareReleases(b.release, a.release));
}

/**
 * Orders releases by their numbers: 6.1.0-9 before 6.1.0-56.
 * @param a - a release
 * @param b - a release
 */
export function compareReleases(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/**
 * Names the packages that must be unpacked with the headers, from the text of `apt-cache depends HEADERS`.
 * @param depends - that text
 */
export function headerCompanions(depends: string): string[] {
  const names = [...depends.matchAll(/Depends: (linux-(?:headers-[\w.+~-]+-common|kbuild-[\w.+~-]+))$/gm)];
  return names.map((match) => match[1]);
}
