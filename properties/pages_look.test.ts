// Every page that people open, on a phone, a tablet and a desk, light and dark; then the tables, the charts and the
// code of the model in the report of a campaign. All look at the same pages, which take long to make.

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { writeCoveragePages } from '../src/report/coverage_report/coverage_html';
import { browserForTests, describeInChromium, type Seen } from './support/chromium';
import { folderForTests, ROOT } from './support/cli';
import { writeEveryPage, type NamedPage } from './support/pages';

const SIZES = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desk: { width: 1280, height: 800 },
};
/** Widths between which a chart changes its size. */
const WIDTHS = [360, 390, 640, 820, 1100, 1280];
const SMALLEST_TEXT = 11;
/** Three lines of text. */
const ROW_HEIGHT_MAX = 90;
/** The pages as `writeEveryPage` names them. */
const NAMES = [
  ...['show', 'campaign', 'findings', 'finding-opened', 'mutants', 'invariants-of-mutants'],
  ...['coverage', 'coverage-of-a-file'],
];
/** Colours do not depend on the width: each size has one of the themes, and the phone, where rows stack, has both. */
const LOOKS = (
  [
    ['phone', 'light'],
    ['phone', 'dark'],
    ['tablet', 'light'],
    ['desk', 'dark'],
  ] as const
).map(([name, theme]) => ({ name, size: SIZES[name], theme }));
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const folder = folderForTests('pages-look');
/** Gets a picture of each page, for people: `SKBCHECK_SCREENSHOTS=DIR npx jest properties/pages_look.test.ts`. */
const screenshots = process.env.SKBCHECK_SCREENSHOTS;
let pages: readonly NamedPage[];

beforeAll(async () => {
  pages = await writeEveryPage(folder);
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });
});

const pageNamed = (name: string): NamedPage => pages.find((one) => one.name === name) as NamedPage;
const fileOf = (name: string): string => pageNamed(name).file;

/** Rules of axe that a page breaks in a way that keeps people out, with the first element of each. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  // Without preload: axe would fetch style sheets, which a page from disk may not.
  return page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe
      .run({ preload: false })
      .then(({ violations }) =>
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0].html}: ${nodes[0].failureSummary ?? ''}`),
      ),
  );
}

/** How light the page and its text are: 0 black, 255 white. */
function lightness(page: Page): Promise<{ paper: number; ink: number }> {
  return page.evaluate(() => {
    const light = (colour: string): number => {
      const [red, green, blue] = (colour.match(/\d+/g) as string[]).map(Number);
      return (red + green + blue) / 3;
    };
    const { backgroundColor, color } = getComputedStyle(document.body);
    return { paper: light(backgroundColor), ink: light(color) };
  });
}

describeInChromium('every page', () => {
  const browser = browserForTests();
  test('is looked at here', () => expect(pages.map(({ name }) => name)).toEqual(NAMES));

  describe.each(LOOKS)('on a $name in $theme colours', ({ name: where, size, theme }) => {
    const seen: Seen = { size, theme };
    test.each(NAMES)('%s: never scrolls sideways, has the colours of the theme, and keeps nobody out', async (name) => {
      const { file, hash } = pageNamed(name);
      const { page, errors } = await browser.open(file, hash, seen);
      if (screenshots !== undefined)
        await page.screenshot({ path: path.join(screenshots, `${name}-${where}-${theme}.png`) });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(size.width);
      const { paper, ink } = await lightness(page);
      expect(theme === 'dark' ? ink - paper : paper - ink).toBeGreaterThan(150);
      expect(await barriers(page)).toEqual([]);
      expect(errors).toEqual([]);
      await page.close();
    });
  });
});

describeInChromium('the report of a campaign', () => {
  const browser = browserForTests();

  test('on a phone, the table of commands shows name, system and numbers, in rows without empty space', async () => {
    // The lanes of this campaign have the command with the most outcomes: napi_gro_receive.
    const { page } = await browser.open(fileOf('findings'), '', { size: SIZES.phone });
    const rows = await page.$$eval('#commands-table tbody tr', (all) =>
      all.map((row) => ({
        name: row.getAttribute('data-command'),
        height: row.getBoundingClientRect().height,
        right: (row.children[3] as Element).getBoundingClientRect().right,
      })),
    );
    expect(rows.map(({ name }) => name)).toContain('napi_gro_receive');
    expect(rows.filter(({ right }) => right > SIZES.phone.width)).toEqual([]);
    expect(rows.filter(({ height }) => height > ROW_HEIGHT_MAX)).toEqual([]);
    await page.close();
  });

  test.each(WIDTHS)(
    'each chart is drawn once, with texts of at least 11 px that are not faint, in a window of %d px',
    async (width) => {
      for (const name of ['campaign', 'mutants']) {
        const { page } = await browser.open(fileOf(name), '', { size: { width, height: 900 } });
        const charts = await page.$$eval('.chart', (all) =>
          all.map((chart) => {
            const shown = [...chart.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0);
            const texts = shown.flatMap((svg) =>
              [...svg.querySelectorAll('text')].map(
                (text) =>
                  (parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width) /
                  svg.viewBox.baseVal.width,
              ),
            );
            const faint = shown
              .flatMap((svg) => [...svg.querySelectorAll('text')])
              .filter((text) => getComputedStyle(text).fillOpacity !== '1');
            return { shown: shown.length, smallest: Math.min(...texts), faint: faint.length };
          }),
        );
        expect(charts).toHaveLength(3);
        expect(charts.filter(({ shown }) => shown !== 1)).toEqual([]);
        expect(charts.filter(({ smallest }) => !(smallest >= SMALLEST_TEXT))).toEqual([]);
        expect(charts.filter(({ faint }) => faint > 0)).toEqual([]);
        await page.close();
      }
    },
  );

  test.each(WIDTHS)('the labels of axes are round, whole, and apart, in a window of %d px', async (width) => {
    for (const name of ['campaign', 'findings', 'mutants']) {
      const { page } = await browser.open(fileOf(name), '', { size: { width, height: 900 } });
      const wrong = await page.$$eval('.chart svg', (all) =>
        all
          .filter((chart) => chart.getBoundingClientRect().width > 0)
          .flatMap((chart) => {
            const { left, right } = chart.getBoundingClientRect();
            const texts = [...chart.querySelectorAll('text')].map((text) => ({
              words: text.textContent as string,
              at: text.getBoundingClientRect(),
            }));
            const numbers = texts.filter(({ words }) => /^[\d.,]+$/.test(words));
            const touch = (a: DOMRect, b: DOMRect): boolean =>
              a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            return [
              ...numbers.filter(({ words }) => !/^[\d,]+(\.\d{1,2})?$/.test(words)),
              ...texts.filter(({ at }) => at.left < left - 1 || at.right > right + 1),
              ...numbers.filter((one, i) => numbers.some((other, k) => k > i && touch(one.at, other.at))),
            ].map(({ words }) => words);
          }),
      );
      expect(wrong).toEqual([]);
      await page.close();
    }
  });

  test('leads to the code of the model with its counts, and back', async () => {
    const { page, errors } = await browser.open(fileOf('campaign'));
    await page.click('a[href="coverage/index.html"]');
    expect(await page.textContent('h1')).toBe('All files');
    await page.click('a:text-is("net/core/skbuff/merge_split")');
    await page.click('a:text-is("skb_try_coalesce.ts")');
    const source = readFileSync(path.join(ROOT, 'src/model/net/core/skbuff/merge_split/skb_try_coalesce.ts'), 'utf8');
    const shown = await page.$eval('td.text', (cell) => cell.textContent as string);
    // istanbul marks branches that were not taken by I and E.
    const lines = shown.split('\n').map((line) => line.replaceAll('\u00a0', ' ').replace(/^( *)[IE](?=if)/, '$1'));
    expect(lines.map((line) => line.trim())).toEqual(source.split('\n').map((line) => line.trim()));
    expect(await page.$$eval('.cline-yes', (counts) => counts.length)).toBeGreaterThan(20);
    await page.click('a:text-is("the campaign")');
    expect(await page.title()).toBe('skbcheck: a campaign');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('the code of the model lists every file that the campaign counted', async () => {
    const counted = Object.keys(JSON.parse(readFileSync(path.join(folder, 'clean/coverage.json'), 'utf8')) as object);
    const { page } = await browser.open(fileOf('coverage'));
    const folders = await page.$$eval('td.file a', (links) => links.map((link) => link.textContent as string));
    const inModel = counted.map((file) => path.posix.dirname(file).replace(/^src\/model\/?/, ''));
    expect([...folders].sort()).toEqual([...new Set(inModel)].sort());
    await page.close();
  });

  test('a source that is not there is named, without a stack trace', async () => {
    const where = path.join(folder, 'lost');
    mkdirSync(where);
    const coverage = readFileSync(path.join(folder, 'clean/coverage.json'), 'utf8');
    const [[file, counts]] = Object.entries(JSON.parse(coverage) as Record<string, object>);
    const lost = file.replace('src/model', 'src/elsewhere');
    writeCoveragePages(where, { [lost]: { ...counts, path: lost } as never }, '../report.html');
    const { page } = await browser.open(path.join(where, `${path.posix.basename(file)}.html`));
    const text = (await page.textContent('td.text')) as string;
    expect(text.trim()).toBe(`${lost} is not there: this skbcheck has no such source`);
    await page.close();
  });
});

test('the package has the sources that the pages of the model show', () => {
  const { files } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  const counted = Object.keys(JSON.parse(readFileSync(path.join(folder, 'clean/coverage.json'), 'utf8')) as object);
  expect(counted.length).toBeGreaterThan(100);
  expect(counted.filter((file) => !files.some((packed) => file.startsWith(`${packed}/`)))).toEqual([]);
});
