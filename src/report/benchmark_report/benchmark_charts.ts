import { init, type EChartsOption } from 'echarts';
import type { Benchmark } from '../../benchmark/benchmark';

const WIDTH = 1000;
const ROW_HEIGHT = 18;
const FRAME = 110;

/** The chart as SVG text. */
function svgOf(option: EChartsOption, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ animation: false, legend: {}, textStyle: { fontFamily: 'sans-serif' }, ...option });
    return chart.renderToSVGString();
  } finally {
    // An open chart's timer keeps the process alive.
    chart.dispose();
  }
}

export function bucketChart({ buckets }: Benchmark, names: readonly string[]): string {
  return svgOf(
    {
      xAxis: { type: 'value', name: 'mutants', minInterval: 1 },
      yAxis: { type: 'category', inverse: true, data: buckets.map(({ strategy }) => strategy) },
      grid: { left: 150 },
      series: names.map((name, i) => ({
        type: 'bar',
        name,
        stack: 'all',
        data: buckets.map(({ counts }) => counts[i]),
      })),
    },
    FRAME + buckets.length * 40,
  );
}

/** A point for each mutant and strategy; the mutants that the first strategy finds soonest are at the top. */
export function mediansChart({ strategies, rows, commands }: Benchmark): string {
  const mutants = rows
    .filter(({ strategy }) => strategy === strategies[0].name)
    .sort((a, b) => a.commands.median - b.commands.median)
    .map(({ mutant }) => mutant);
  return svgOf(
    {
      xAxis: { type: 'log', name: 'commands', min: 1, max: commands },
      yAxis: { type: 'category', inverse: true, data: mutants, axisLabel: { interval: 0 } },
      grid: { left: 150, top: 60 },
      series: strategies.map(({ name }) => ({
        type: 'scatter',
        name,
        symbolSize: 8,
        data: rows.filter(({ strategy }) => strategy === name).map((row) => [row.commands.median, row.mutant]),
      })),
    },
    FRAME + mutants.length * ROW_HEIGHT,
  );
}

/** The share of trials that found their mutant, by commands, over all trials of all sequential mutants. */
export function foundChart({ strategies, rows, commands }: Benchmark): string {
  return svgOf(
    {
      xAxis: { type: 'log', name: 'commands', min: 1, max: commands },
      yAxis: { type: 'value', name: '% of trials', min: 0, max: 100 },
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
    400,
  );
}
