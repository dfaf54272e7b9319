import type { CommandCounts } from '../search/command_counts';
import { plural } from './figures';

/** The demand that a command, or one of its outcomes, has a share of a search's calls, like QuickCheck's `cover`. */
export interface Cover {
  /** `skb_put`, or `skb_put:ok`. */
  readonly label: string;
  readonly command: string;
  /** Absent: the command with any outcome. */
  readonly outcome?: string;
  /** Above 0, at most 100. */
  readonly wanted_percent: number;
}

/** A demand, and the share that the search had. */
export interface CoverResult {
  readonly label: string;
  readonly wanted_percent: number;
  readonly seen_percent: number;
  /** Calls with the label. */
  readonly calls: number;
  /** Calls of which they are a share: of the command where the label names an outcome, else of all commands. */
  readonly of: number;
  readonly met: boolean;
}

/** @param counts - of the search, by command */
export function coverResult(cover: Cover, counts: Readonly<Record<string, CommandCounts>>): CoverResult {
  const { label, command, outcome, wanted_percent } = cover;
  const own = counts[command]?.executed ?? 0;
  const calls = outcome === undefined ? own : (counts[command]?.outcomes[outcome] ?? 0);
  const all = Object.values(counts).reduce((sum, { executed }) => sum + executed, 0);
  const of = outcome === undefined ? all : own;
  const seen_percent = of === 0 ? 0 : (100 * calls) / of;
  return { label, wanted_percent, seen_percent, calls, of, met: seen_percent >= wanted_percent };
}

/** For people: `cover skb_put:ok: 3.2 % of 120 calls, at least 5 % demanded`. */
export function coverText({ label, wanted_percent, seen_percent, of, met }: CoverResult): string {
  const demand = met ? `at least ${wanted_percent} % demanded` : `not the ${wanted_percent} % demanded`;
  return `cover ${label}: ${Number(seen_percent.toPrecision(3))} % of ${plural(of, 'call')}, ${demand}`;
}
