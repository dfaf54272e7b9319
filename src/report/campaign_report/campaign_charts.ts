import { init, type EChartsOption, type LineSeriesOption } from 'echarts';
import type { CampaignReport } from '../../campaign/campaign_types';

type Point = CampaignReport['series'][number];

const WIDTH = 640;
const HEIGHT = 260;
/** Visible on a light and on a dark page. */
const LINE = 'rgba(128,136,150,0.45)';
const TEXT = '#7a8496';
const COLOURS = ['#3b7de0', '#1d9d77', '#d0762a', '#b0559e'];
const HOUR = 3600;

/** A chart: its title and its lines. */
interface Lines {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly step?: true;
}

interface Line {
  readonly name: string;
  readonly value: (point: Point) => number;
  readonly right?: true;
  /** False at a point at which the figure was not measured; absent: it always is. */
  readonly measured?: (point: Point) => boolean;
}

const MINUTE = 60;
/** The units of the time axis, each from so many of its own on. */
const UNITS = [
  { name: 'h', seconds: HOUR },
  { name: 'min', seconds: MINUTE },
  { name: 's', seconds: 1 },
];
const UNITS_MIN = 2;

const CHARTS: readonly Lines[] = [
  {
    title: 'Coverage of the model, and features',
    lines: [
      {
        name: 'branches, %',
        value: ({ branches }) => (branches.total === 0 ? 0 : (branches.covered / branches.total) * 100),
        measured: ({ branches }) => branches.total > 0,
      },
      {
        name: 'features',
        value: ({ features }) => features,
        right: true,
        measured: ({ features }) => features > 0,
      },
      { name: 'corpus', value: ({ corpus }) => corpus, right: true, measured: ({ corpus }) => corpus > 0 },
    ],
  },
  {
    title: 'Findings',
    step: true,
    lines: [
      { name: 'new', value: ({ findings }) => findings.new },
      { name: 'known', value: ({ findings }) => findings.known },
      { name: 'flaky', value: ({ findings }) => findings.flaky },
    ],
  },
  {
    title: 'Commands per second',
    lines: [{ name: 'commands/s', value: ({ commandsPerSecond }) => commandsPerSecond }],
  },
];

/**
 * Charts of the campaign over time, each as an SVG with its title and its last values in words. A line that was never
 * measured is left out, and so is a chart without lines.
 */
export function campaignCharts({
  series,
}: CampaignReport): { readonly title: string; readonly svg: string; readonly words: string }[] {
  if (series.length === 0) return [];
  const last = series[series.length - 1];
  const charts = CHARTS.map((chart) => ({
    ...chart,
    lines: chart.lines.filter(({ measured }) => measured === undefined || series.some(measured)),
  })).filter(({ lines }) => lines.length > 0);
  return charts.map((chart) => ({
    title: chart.title,
    svg: svgOf(chart, series),
    words: `at the end: ${chart.lines.map(({ name, value }) => `${name} ${+value(last).toFixed(1)}`).join(', ')}`,
  }));
}

function svgOf({ lines, step }: Lines, series: readonly Point[]): string {
  const { seconds } = series[series.length - 1];
  const unit = UNITS.find((one) => seconds >= UNITS_MIN * one.seconds) ?? UNITS[UNITS.length - 1];
  const axis = {
    axisLine: { lineStyle: { color: LINE } },
    splitLine: { lineStyle: { color: LINE } },
    axisLabel: { color: TEXT },
  };
  const option: EChartsOption = {
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: 'sans-serif', color: TEXT },
    legend: { top: 0, textStyle: { color: TEXT } },
    grid: { left: 64, right: 56, top: 40, bottom: 36 },
    xAxis: {
      type: 'value',
      name: unit.name,
      nameLocation: 'middle',
      nameGap: 20,
      min: 0,
      ...axis,
      splitLine: { show: false },
    },
    yAxis: [
      { type: 'value', min: 0, minInterval: 1, ...axis },
      ...(lines.some(({ right }) => right)
        ? [{ type: 'value' as const, min: 0, ...axis, splitLine: { show: false } }]
        : []),
    ],
    series: lines.map(({ name, value, right }): LineSeriesOption => ({
      type: 'line',
      name,
      showSymbol: false,
      ...(step === true ? { step: 'end' } : {}),
      yAxisIndex: right === true ? 1 : 0,
      data: series.map((point) => [point.seconds / unit.seconds, value(point)]),
    })),
  };
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    // An open chart's timer keeps the process alive.
    chart.dispose();
  }
}
