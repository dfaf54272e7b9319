import type { BisectFound } from '../../../report/documents/bisect_document';
import { shellWords } from '../../../report/shell_words';
import { seriesOf } from '../../../rules/history/release';

/** The two releases by the versions of their kernels, and the change between them. */
interface Change {
  readonly before: string;
  readonly after: string;
  readonly change: BisectFound['change'];
}

/**
 * The lines that find the commit. Two stable series have no common line of commits but that of mainline, so the search
 * begins where the older series began.
 *
 * @param script - ci/bisect.sh, as it is named in the kernel's tree
 */
export function gitLines({ before, after, change }: Change, script: string, file: string): string[] {
  // The script tells a clean program from any finding, and not two findings from each other.
  if (change === 'changes') return [];
  const old = seriesOf(before) === seriesOf(after) ? before : seriesOf(before);
  const isMended = change === 'disappears';
  const terms = isMended ? ['--term-old=broken', '--term-new=mended'] : [];
  return [
    shellWords(['git', 'bisect', 'start', ...terms, `v${after}`, `v${old}`]),
    shellWords(['git', 'bisect', 'run', script, ...(isMended ? ['--mended'] : []), file]),
  ];
}

/** LINUX_VERSION_CODE as a tag has it: 6.16, 6.16.12. */
export function versionText(code: number): string {
  const patch = code & 0xff;
  const series = `${code >>> 16}.${(code >>> 8) & 0xff}`;
  return patch === 0 ? series : `${series}.${patch}`;
}
