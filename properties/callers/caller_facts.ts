// The claims of src/commands/callers/: this function, in this file, in these series, makes this call.

import { CALLER_SERIES, functionsOf, type CallerSeries } from '../../src/commands/callers/caller';
import { isAvailable } from '../../src/commands/available';
import type { Command } from '../../src/commands/command';
import { COMMANDS } from '../../src/commands/registry';
import { bodiesOf, type KernelSources } from './kernel_sources';

/** One claim, for one series. */
export interface CallerFact {
  readonly command: string;
  readonly series: CallerSeries;
  readonly file: string;
  readonly function: string;
  readonly by: string;
}

/** The series that a command must have a caller in: those that have the command. */
export function seriesOf(command: Command): readonly CallerSeries[] {
  return CALLER_SERIES.filter((series) => isAvailable(command, `linux-${series}`));
}

/** The claims of a command; a series that no function covers has none. */
export function factsOf(command: Command): readonly CallerFact[] {
  return functionsOf(command.caller).flatMap(({ releases, file, function: name, by = command.name }) =>
    (releases ?? seriesOf(command)).map((series) => ({ command: command.name, series, file, function: name, by })),
  );
}

export const CALLER_FACTS: readonly CallerFact[] = COMMANDS.flatMap(factsOf);

/** `net/core/dev.c deliver_skb skb_orphan_frags_rx 6.1 6.12 7.3`, a line for each function and call. */
export function factLines(facts: readonly CallerFact[]): string[] {
  const lines = new Map<string, Set<string>>();
  for (const { file, function: name, by, series } of facts) {
    const key = `${file} ${name} ${by}`;
    lines.set(key, (lines.get(key) ?? new Set()).add(series));
  }
  return [...lines]
    .map(([key, found]) => `${key} ${CALLER_SERIES.filter((series) => found.has(series)).join(' ')}`)
    .sort();
}

/** Why the sources contradict a claim; undefined: they do not. */
export function whyWrong(
  sources: KernelSources,
  { command, file, function: name, by }: CallerFact,
): string | undefined {
  const bodies = bodiesOf(sources, file, name);
  const place = `${name}() in ${file} of ${sources.series}`;
  if (bodies.length === 0) return `${command}: there is no ${place}`;
  const call = new RegExp(`\\b${by}\\b`);
  return bodies.some((body) => call.test(body)) ? undefined : `${command}: ${place} has no ${by}`;
}
