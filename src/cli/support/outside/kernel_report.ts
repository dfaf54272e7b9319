import { parseSplats } from '../../../lockstep/splats';
import type { MaintainerReport } from '../../../report/maintainer_report';
import type { Verdict } from '../../../session/verdict';

/** The kernel's own words about a verdict, for a report; none where it said nothing. */
export function kernelReportOf(verdict: Verdict, release: string): Pick<MaintainerReport, 'words'> {
  const text = verdict.kind === 'splat' ? verdict.text : verdict.kind === 'death' ? verdict.console : '';
  const lines = parseSplats(text)
    .slice(0, 1)
    .flatMap((splat) => splat.text.split('\n'));
  return lines.length === 0 ? {} : { words: { release, lines } };
}
