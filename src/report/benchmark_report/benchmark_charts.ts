import { plural } from '../figures';
import type { Benchmark } from '../../benchmark/benchmark';
import { AXIS, chartHtml, type ChartWidth } from '../chart_html';

const ROW_HEIGHT = 18;
const FRAME = 110;
const CHARACTER_WIDTH = 7;

/** The room, in pixels, that names on the left need. */
function namesWidth(names: readonly string[]): number {
  return 20 + CHARACTER_WIDTH * Math.max(...names.map(({ length }) => length));
}

/** The height of a legend, in pixels: a narrow chart has two or three names in a line. */
function legendHeight(width: ChartWidth, names: number): number {
  return width < 600 ? 24 * Math.ceil(names / 2) : 30;
}

/** The mutants that each strategy found in all trials, by the time of the slowest trial. */
export function bucketChart({ buckets }: Benchmark, names: readonly string[]): string {
  const words = buckets.map(({ strategy, counts }) => `${strategy}: ${names.map((name, i) => `${name} ${counts[i]}`)}`);
  return chartHtml(`mutants by the time of the slowest trial; ${words.join('; ')}`, (width) => ({
    height: FRAME + buckets.length * 40,
    option: {
      xAxis: { type: 'value', ...named('mutants'), minInterval: 1, ...AXIS },
      yAxis: { type: 'category', inverse: true, data: buckets.map(({ strategy }) => strategy), ...AXIS },
      grid: {
        left: namesWidth(buckets.map(({ strategy }) => strategy)),
        right: 24,
        top: width < 600 ? 70 : 40,
        bottom: 50,
      },
      series: names.map((name, i) => ({
        type: 'bar',
        name,
        stack: 'all',
        data: buckets.map(({ counts }) => counts[i]),
      })),
    },
  }));
}

/** A point for each mutant and strategy; the mutants that the first strategy finds soonest are at the top. */
export function mediansChart({ strategies, rows, commands }: Benchmark): string {
  const mutants = rows
    .filter(({ strategy }) => strategy === strategies[0].name)
    .sort((a, b) => a.commands.median - b.commands.median)
    .map(({ mutant }) => mutant);
  const words = `median commands to failure of ${plural(mutants.length, 'mutant')}; the table below has the numbers`;
  return chartHtml(words, (width) => ({
    height: FRAME + legendHeight(width, strategies.length) + mutants.length * ROW_HEIGHT,
    option: {
      xAxis: { type: 'log', ...named('commands'), min: 1, max: commands, ...AXIS, ...sparse(width) },
      yAxis: { type: 'category', inverse: true, data: mutants, axisLabel: { interval: 0 }, ...AXIS },
      grid: { left: namesWidth(mutants), right: 24, top: legendHeight(width, strategies.length) + 20, bottom: 50 },
      series: strategies.map(({ name }) => ({
        type: 'scatter',
        name,
        symbolSize: 8,
        data: rows.filter(({ strategy }) => strategy === name).map((row) => [row.commands.median, row.mutant]),
      })),
    },
  }));
}

/** The share of trials that found their mutant, by commands, over all trials of all sequential mutants. */
export function foundChart({ strategies, rows, commands }: Benchmark): string {
  return chartHtml('the share of trials that found their mutant, by commands', (width) => ({
    height: 340 + legendHeight(width, strategies.length),
    option: {
      xAxis: { type: 'log', ...named('commands'), min: 1, max: commands, ...AXIS, ...sparse(width) },
      yAxis: { type: 'value', name: '% of trials', min: 0, max: 100, ...AXIS },
      grid: { left: 44, right: 24, top: legendHeight(width, strategies.length) + 36, bottom: 50 },
      series: strategies.map(({ name }) => {
        const trials = rows
          .filter(({ strategy, sequential }) => strategy === name && sequential)
          .flatMap((row) => row.trials);
        const found = trials.filter(({ end }) => end === 'found').map((trial) => trial.commands);
        const steps = found.sort((a, b) => a - b).map((at, i) => [at, ((i + 1) / trials.length) * 100]);
        const last = (found.length / Math.max(1, trials.length)) * 100;
        return { type: 'line', name, step: 'end', showSymbol: false, data: [[1, 0], ...steps, [commands, last]] };
      }),
    },
  }));
}

/** The name of a horizontal axis, below its labels. */
function named(name: string): { name: string; nameLocation: 'middle'; nameGap: number } {
  return { name, nameLocation: 'middle', nameGap: 30 };
}

/** On a narrow axis the label of its end, which is no power of ten, would touch the one before. */
function sparse(width: ChartWidth): { axisLabel?: { showMaxLabel: boolean } } {
  return width < 600 ? { axisLabel: { showMaxLabel: false } } : {};
}
