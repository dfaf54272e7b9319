import type { CorpusStats, ScenarioStats } from '../corpus/corpus_stats';
import { plural } from './figures';
import { tableText, type Column } from './table_text';

const COLUMNS: readonly Column<ScenarioStats>[] = [
  { title: 'scenario', value: ({ scenario }) => scenario, left: true },
  { title: 'programs', value: ({ programs }) => String(programs) },
  { title: 'features', value: ({ features }) => String(features) },
  { title: 'calls', value: ({ calls }) => String(calls) },
  { title: 'median', value: ({ medianCalls }) => String(medianCalls) },
  { title: 'longest', value: ({ longest }) => String(longest) },
  { title: 'commands', value: ({ commands }) => String(commands) },
  { title: 'profiles', value: ({ profiles }) => profiles.join(', '), left: true },
];

/** A line for each scenario, then the totals. */
export function corpusText({ programs, features, scenarios }: CorpusStats): string {
  if (programs === 0) return 'no programs';
  const totals = `${plural(programs, 'program')}, ${plural(features, 'feature')} that they brought first`;
  return `${tableText(COLUMNS, scenarios)}\n\n${totals}`;
}
