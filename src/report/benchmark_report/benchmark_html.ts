import type { Benchmark, Row } from '../../benchmark/benchmark';
import { benchmarkColumns, summaryLines } from './benchmark_text';
import { bucketChart, foundChart, mediansChart } from './benchmark_charts';
import { escaped, pageHtml, scrolledHtml, tableHtml } from '../page_html';

/** The benchmark as one page. */
export function benchmarkHtml(benchmark: Benchmark, bucketNames: readonly string[]): string {
  const strategies = benchmark.strategies.map(
    ({ name, title }) => `<li><b>${escaped(name)}</b>: ${escaped(title)}</li>`,
  );
  return pageHtml('skbcheck: how soon every mutant is found', [
    `<ul>${summaryLines(benchmark)
      .map((line) => `<li>${escaped(line)}</li>`)
      .join('')}</ul>`,
    '<h2>Share of all trials that found their mutant, by commands</h2>',
    foundChart(benchmark),
    '<h2>Mutants found in all trials, by the time of the slowest</h2>',
    bucketChart(benchmark, bucketNames),
    '<h2>Median commands to failure</h2>',
    mediansChart(benchmark),
    '<h2>Every mutant with every strategy</h2>',
    mutantsTable(benchmark),
    `<ul>${strategies.join('')}</ul>`,
  ]);
}

/** Every mutant with every strategy; rows with a trial that missed the mutant are marked. */
export function mutantsTable(benchmark: Benchmark): string {
  const [mutant, ...columns] = benchmarkColumns(benchmark);
  const all = [{ ...mutant, hint: ({ title }: Row) => title }, ...columns];
  return scrolledHtml('every mutant with every strategy', tableHtml(all, benchmark.rows, missed));
}

function missed({ found, trials }: Row): boolean {
  return found < trials.length;
}
