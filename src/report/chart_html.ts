import { init, type EChartsOption } from 'echarts';
import { escaped } from './page_html';

/** Widths, in pixels, in which a chart is drawn. The page shows the widest that fits, so its texts keep their size. */
export const CHART_WIDTHS = [336, 600, 960] as const;
export type ChartWidth = (typeof CHART_WIDTHS)[number];

/** A chart for one width; its height is in pixels. */
export interface Chart {
  readonly option: EChartsOption;
  readonly height: number;
}

/** Visible on a light and on a dark page. */
const LINE = 'rgba(128,136,150,0.45)';
const COLOURS = ['#3b7de0', '#1d9d77', '#d0762a', '#b0559e', '#8a7f2d', '#5f9ea0'];

/** The style of an axis. */
export const AXIS = { axisLine: { lineStyle: { color: LINE } }, splitLine: { lineStyle: { color: LINE } } };

/**
 * A chart as HTML, drawn in several widths.
 *
 * @param words - the chart for those who do not see it
 * @param draw - draws it for a width
 * @param widths - the widths that are worth it: a chart that stands beside others needs no large one
 */
export function chartHtml(
  words: string,
  draw: (width: ChartWidth) => Chart,
  widths: readonly ChartWidth[] = CHART_WIDTHS,
): string {
  const drawn = widths.map((width) => `<div class="width-${width}">${svgOf(draw(width), width)}</div>`);
  return `<div class="chart" role="img" aria-label="${escaped(words)}">${drawn.join('')}</div>`;
}

function svgOf({ option, height }: Chart, width: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      color: COLOURS,
      textStyle: { fontFamily: 'sans-serif' },
      legend: { top: 0, left: 'center', width: width - 20, itemGap: 16 },
      ...option,
    });
    return chart.renderToSVGString();
  } finally {
    // An open chart's timer keeps the process alive.
    chart.dispose();
  }
}
