import type { BisectDocument, BisectStep } from './documents/bisect_document';

/** More releases than these are not named one by one. */
const NAMES_MAX = 6;

/** `6.16.12: clean`. */
export function bisectStepText({ release, version, sentence }: BisectStep): string {
  return `${version === undefined || version === release ? release : `${release} (${version})`}: ${sentence}`;
}

/** The result of a bisection for people: the two neighbours, and how to go on in a git tree. */
export function bisectText({ file, steps, releases, found, by }: BisectDocument): string {
  const asked = `asked ${steps.length} of ${releases}`;
  if (found === null) {
    const [first, last] = steps;
    return `${file}: ${first.release} and ${last.release} do not differ, nothing to bisect (${asked})`;
  }
  const { before, after, change, unusable, unfetched, next } = found;
  const what = by === 'first' ? 'the answers change' : `the finding ${change}`;
  return [
    `${file}: ${what} between ${before} and ${after} (${asked})`,
    ...(unusable.length === 0 ? [] : [`could not be asked: ${listOf(unusable)}`]),
    ...(unfetched === true
      ? ['the repository cannot be reached; run it again when it can, or with --set-up-only']
      : []),
    ...(next.length === 0 ? [] : ['the commit, in a clone of the stable tree:', ...next.map((line) => `  ${line}`)]),
  ].join('\n');
}

function listOf(releases: readonly string[]): string {
  if (releases.length <= NAMES_MAX) return releases.join(', ');
  return `${releases.length} from ${releases[0]} to ${releases[releases.length - 1]}`;
}
