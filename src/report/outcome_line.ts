import type { CommandCounts } from '../search/command_counts';
import { count, fewNames, plural } from './figures';

/**
 * The outcomes of calls of user space that nobody saw, as one line. `--json` has the calls of each outcome.
 * @param neverSeen - by command: outcomes that no call had
 */
export function outcomeLine(
  counts: Readonly<Record<string, CommandCounts>>,
  neverSeen: Readonly<Record<string, readonly string[]>>,
): string {
  const seen = Object.values(counts).flatMap(({ outcomes }) => Object.values(outcomes).filter((times) => times > 0));
  const missing = Object.entries(neverSeen).flatMap(([name, outcomes]) => outcomes.map((one) => `${name} ${one}`));
  const all = plural(seen.length + missing.length, 'outcome');
  if (missing.length === 0) return `every outcome was seen: ${all}`;
  return `never seen: ${count(missing.length)} of ${all}: ${fewNames(missing)}`;
}
