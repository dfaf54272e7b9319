import type { Benchmark, Comparison, Row } from '../../benchmark/benchmark';
import type { Quartiles } from '../../benchmark/statistics';
import { count, percent, plural, seconds } from '../figures';
import { tableText, type Column } from '../table_text';

/** One line for each mutant and strategy, then the summary. */
export function benchmarkText(benchmark: Benchmark, bucketNames: readonly string[]): string {
  return [
    tableText(benchmarkColumns(benchmark), benchmark.rows),
    notesText(benchmark.rows),
    bucketsText(benchmark, bucketNames),
    summaryLines(benchmark).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The summary of the table, in sentences. */
export function summaryLines(benchmark: Benchmark): string[] {
  return [
    ...benchmark.comparisons.map(comparisonText),
    ...benchmark.sequential.map(sequentialText),
    reductionText(benchmark),
    budgetText(benchmark),
  ];
}

/** The columns of the table. */
export function benchmarkColumns({ commands }: Benchmark): readonly Column<Row>[] {
  return [
    { title: 'mutant', left: true, value: ({ mutant, sequential }) => `${mutant}${sequential ? '' : ' (two CPUs)'}` },
    { title: 'strategy', left: true, value: ({ strategy }) => strategy },
    { title: 'found', value: ({ found, trials }) => `${found}/${trials.length}` },
    { title: 'commands', value: (row) => cutOff(row.commands.median, commands) },
    {
      title: 'quartiles',
      value: (row) => `${cutOff(row.commands.lower, commands)}–${cutOff(row.commands.upper, commands)}`,
    },
    { title: 'mean', value: ({ meanCommands }) => count(meanCommands) },
    { title: 'seconds', value: (row) => seconds(row.seconds.median) },
    { title: 'reached', value: ({ reached, measured }) => percent(reached, measured) },
    { title: 'triggered', value: ({ triggered, measured }) => percent(triggered, measured) },
    { title: 'detected', value: ({ detected, measured }) => percent(detected, measured) },
    { title: 'after', value: ({ distance }) => (distance === null ? '' : count(distance)) },
    {
      title: 'reduced',
      value: ({ reduction }) => (reduction === null ? '' : `${count(reduction.commands)}/${reduction.minimal}`),
    },
    { title: 'executions', value: ({ reduction }) => (reduction === null ? '' : count(reduction.executions)) },
    { title: 'ms', value: ({ reduction }) => (reduction === null ? '' : count(reduction.milliseconds)) },
  ];
}

/** A figure of at least the budget comes from trials that were cut off, so it is a lower bound. */
function cutOff(value: number, budget: number): string {
  return value >= budget ? `>${count(budget)}` : count(value);
}

function notesText(rows: readonly Row[]): string {
  return rows
    .flatMap(({ mutant, strategy, unexpected, trials, reduction }) => [
      ...unexpected.map(
        (invariant) => `${mutant} ${strategy}: also found by ${invariant}, which the mutant does not name`,
      ),
      ...trials.flatMap(({ end, message }) =>
        end === 'error' ? [`${mutant} ${strategy}: the model failed: ${message}`] : [],
      ),
      ...(reduction !== null && reduction.slipped > 0
        ? [`${mutant} ${strategy}: ${plural(reduction.slipped, 'reduction')} slipped`]
        : []),
    ])
    .join('\n');
}

function bucketsText({ buckets }: Benchmark, names: readonly string[]): string {
  return tableText(
    [
      { title: 'mutants found in all trials within', left: true, value: ({ strategy }) => strategy },
      ...names.map((title, i) => ({ title, value: ({ counts }: (typeof buckets)[number]) => String(counts[i]) })),
    ],
    buckets,
  );
}

function comparisonText({ first, second, firstBetter, secondBetter, mutants, medianRatio }: Comparison): string {
  const ratio = `median of ${second}'s commands over ${first}'s: ${medianRatio.toFixed(1)}`;
  const better = `better on ${firstBetter} of ${plural(mutants, 'mutant')}, worse on ${secondBetter}`;
  return `${first} against ${second}: ${better}; ${ratio}`;
}

function sequentialText({ strategy, mutants, foundInAll, missed }: Benchmark['sequential'][number]): string {
  const rest = missed.length === 0 ? '' : `; not ${missed.join(', ')}`;
  return `${strategy}: ${foundInAll} of ${mutants} sequential mutants found in all trials${rest}`;
}

function reductionText({ reduction }: Benchmark): string {
  if (reduction === null) return 'nothing was reduced';
  const { reduced, notLonger, slipped, executions, milliseconds } = reduction;
  const lengths = `${percent(notLonger, reduced)} no longer than the mutant's own, ${slipped} slipped`;
  const work = `executions ${rangeText(executions)}, milliseconds ${rangeText(milliseconds)}`;
  return `${plural(reduced, 'program')} reduced: ${lengths}; ${work}`;
}

function rangeText({ median, lower, upper }: Quartiles): string {
  return `${count(median)} (${count(lower)} to ${count(upper)})`;
}

function budgetText({ trials, commands, time_ms, giveUp, seed, interrupted }: Benchmark): string {
  const time = time_ms === null ? '' : ` or ${seconds(time_ms / 1000)} s`;
  const end = giveUp === null ? '' : `, given up after ${plural(giveUp, 'trial')} that found nothing`;
  const partial = interrupted ? '; interrupted: missing rows were not tried' : '';
  const budget = `${plural(trials, 'trial')} of up to ${plural(commands, 'command')}${time}`;
  return `${budget}, seeds from ${seed} on${end}${partial}`;
}
