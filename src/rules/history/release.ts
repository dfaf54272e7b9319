/** A release of a kernel: 6.12.117; or a series, which stands for its newest release: 6.12. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  /** Infinity: the newest release of the series. */
  readonly patch: number;
}

/** The first release that has something: '6.13', '6.12.44'; or, as far as it is known, one of those after and by. */
export type Since = string | { readonly after: string; readonly by: string };

/** The oldest release that the rules know. */
export const OLDEST = '6.1';

/** The numbers that a release begins with, and those of a candidate or a build. Anything may follow them. */
const NUMBERS = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,5}))?(-rc\d+|-\d+)?/;
/** The end of a release, as distributions add it. */
const ADDED = /^(?:\+[\w.+~]+)?$/;

/**
 * Reads the numbers that a text begins with, whatever follows them: 6.12.43+deb12-amd64, 6.1-mine. Debian's 6.1.0-57
 * names a build of its series, not a release: it is taken for the newest one. Undefined: it begins with none.
 */
export function releaseIn(text: string): Release | undefined {
  const match = NUMBERS.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, build] = match;
  const isBuild = patch === '0' && build !== undefined && !build.startsWith('-rc');
  const hasPatch = patch !== undefined && !isBuild;
  return { major: Number(major), minor: Number(minor), patch: hasPatch ? Number(patch) : Infinity };
}

/**
 * Parses a release or a series, with or without what a distribution adds: 6.12, 6.12.43, 6.12.43+deb12, 7.3-rc7.
 * Returns undefined if the text is none, or is older than OLDEST.
 */
export function parseRelease(text: string): Release | undefined {
  const release = releaseIn(text);
  if (release === undefined || !ADDED.test(text.replace(NUMBERS, ''))) return undefined;
  return release.major > 6 || (release.major === 6 && release.minor >= 1) ? release : undefined;
}

/** Parses a release that a file of ours names. */
export function releaseOf(text: string): Release {
  const release = parseRelease(text);
  if (release === undefined) throw new Error(`no release from ${OLDEST} on: '${text}'`);
  return release;
}

/** The release of LINUX_VERSION_CODE: major, minor and patch in a byte each. 255 stands for each patch from 255 on. */
export function releaseOfVersionCode(code: number): string {
  return `${code >>> 16}.${(code >>> 8) & 0xff}.${code & 0xff}`;
}

/** The series of a release: 6.12 of 6.12.43. */
export function seriesOfRelease({ major, minor }: Release): string {
  return `${major}.${minor}`;
}

/** The series of a release as `uname -r` prints it: 6.12 of 6.12.117+deb12-amd64. A text without one stays. */
export function seriesOf(text: string): string {
  const release = releaseIn(text);
  return release === undefined ? text : seriesOfRelease(release);
}

/** Less than 0 if `a` comes before `b` in mainline; releases of one series by number. */
export function compareReleases(a: Release, b: Release): number {
  if (a.major !== b.major) return a.major - b.major;
  if (a.minor !== b.minor) return a.minor - b.minor;
  return a.patch === b.patch ? 0 : a.patch - b.patch;
}

/** The first release that is known to have it. */
export function byRelease(since: Since): string {
  return typeof since === 'string' ? since : since.by;
}

/** Returns whether the release is known to have it. A series of mainline has all that its first release has. */
export function isSince(release: Release, since: Since): boolean {
  const first = releaseOf(byRelease(since));
  if (first.patch !== Infinity) return compareReleases(release, first) >= 0;
  return compareReleases({ ...release, patch: 0 }, { ...first, patch: 0 }) >= 0;
}

/** Returns whether nobody knows if the release has it: it comes after the last without, and before the first with. */
export function isOpen(release: Release, since: Since): boolean {
  if (typeof since === 'string' || isSince(release, since)) return false;
  const last = releaseOf(since.after);
  const beyond = last.patch === Infinity ? { ...release, patch: Infinity } : release;
  return compareReleases(beyond, last) > 0;
}
