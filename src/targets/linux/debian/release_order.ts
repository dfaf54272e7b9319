/**
 * Orders names by the numbers in them: 6.1.0-9 before 6.1.0-56, 2.9 before 2.36. It knows no releases: it also orders
 * files and packages, and the builds of one release. `compareReleases` orders releases.
 */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
