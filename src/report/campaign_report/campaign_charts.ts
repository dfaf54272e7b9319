import type { LineSeriesOption } from 'echarts';
import type { CampaignReport } from '../../campaign/campaign_types';
import { AXIS, chartHtml, type Chart } from '../chart_html';
import { figure } from '../figures';

type Point = CampaignReport['series'][number];

const HEIGHT = 260;
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
/** The units of the time axis, the longest first. */
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
 * Charts of the campaign over time, each with its title and its last values in words. A line that was never measured is
 * left out, and so is a chart without lines.
 */
export function campaignCharts({
  series,
}: CampaignReport): { readonly title: string; readonly html: string; readonly words: string }[] {
  if (series.length === 0) return [];
  const last = series[series.length - 1];
  const charts = CHARTS.map((chart) => ({
    ...chart,
    lines: chart.lines.filter(({ measured }) => measured === undefined || series.some(measured)),
  })).filter(({ lines }) => lines.length > 0);
  return charts.map((chart) => {
    const values = chart.lines.map(({ name, value }) => `${name} ${figure(value(last))}`);
    const words = `at the end: ${values.join(', ')}`;
    const html = chartHtml(`${chart.title}; ${words}`, () => chartOf(chart, series), [336, 600]);
    return { title: chart.title, html, words };
  });
}

function chartOf({ lines, step }: Lines, series: readonly Point[]): Chart {
  const { seconds } = series[series.length - 1];
  const unit = UNITS.find((one) => seconds >= UNITS_MIN * one.seconds) ?? UNITS[UNITS.length - 1];
  const option: Chart['option'] = {
    grid: { left: 64, right: 56, top: 40, bottom: 36 },
    xAxis: {
      type: 'value',
      name: unit.name,
      nameLocation: 'middle',
      nameGap: 20,
      min: 0,
      ...AXIS,
      splitLine: { show: false },
    },
    yAxis: [
      { type: 'value', min: 0, minInterval: 1, ...AXIS },
      ...(lines.some(({ right }) => right)
        ? [{ type: 'value' as const, min: 0, ...AXIS, splitLine: { show: false } }]
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
  return { option, height: HEIGHT };
}
