import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LeaseResult } from '../../src/campaign/campaign_types';

/** The whole lines of a file of a campaign, as text; empty when there is no file. */
export function wholeText(folder: string, file: string): string {
  try {
    const text = readFileSync(path.join(folder, file), 'utf8');
    return text.slice(0, text.lastIndexOf('\n') + 1);
  } catch {
    return '';
  }
}

/** The whole lines as data. */
export function linesOf<T>(folder: string, file: string): T[] {
  return wholeText(folder, file)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}

/** Completed leases, in the order in which they were recorded. */
export function leasesOf(folder: string): LeaseResult[] {
  return linesOf<LeaseResult>(folder, 'ledger.jsonl');
}

/** @throws when a lease is listed twice, or one is missing below the last of its lane */
export function assertNoneTwiceAndNoGap(leases: readonly LeaseResult[]): void {
  const ids = leases.map(({ lease }) => lease);
  if (new Set(ids).size !== ids.length) throw new Error(`a lease is counted twice among ${ids.join(' ')}`);
  const positions = new Map<string, number[]>();
  for (const id of ids) {
    const [lane, position] = id.split('#');
    positions.set(lane, [...(positions.get(lane) ?? []), Number(position)]);
  }
  for (const [lane, done] of positions) {
    done.sort((a, b) => a - b);
    if (done.some((position, i) => position !== i)) throw new Error(`${lane}: a gap in ${done.join(' ')}`);
  }
}
