// The tables, the charts and the code of the model in the report of a campaign.

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeCoveragePages } from '../src/report/coverage_report/coverage_html';
import { browserForTests, describeInChromium } from './support/chromium';
import { folderForTests, ROOT } from './support/cli';
import { writeEveryPage, type NamedPage } from './support/pages';

const PHONE = { width: 390, height: 844 };
/** Widths between which a chart changes its size. */
const WIDTHS = [360, 390, 640, 820, 1100, 1280];
const SMALLEST_TEXT = 11;
/** Three lines of text. */
const ROW_HEIGHT_MAX = 90;
const folder = folderForTests('pages-report');
let pages: ReadonlyMap<string, NamedPage>;

beforeAll(async () => {
  pages = new Map((await writeEveryPage(folder)).map((page) => [page.name, page]));
});
const fileOf = (name: string): string => (pages.get(name) as NamedPage).file;

describeInChromium('the report of a campaign', () => {
  const browser = browserForTests();

  test('on a phone, the table of commands shows name, system and numbers, in rows without empty space', async () => {
    // The lanes of this campaign have the command with the most outcomes: napi_gro_receive.
    const { page } = await browser.open(fileOf('findings'), '', { size: PHONE });
    const rows = await page.$$eval('#commands-table tbody tr', (all) =>
      all.map((row) => ({
        name: row.getAttribute('data-command'),
        height: row.getBoundingClientRect().height,
        right: (row.children[3] as Element).getBoundingClientRect().right,
      })),
    );
    expect(rows.map(({ name }) => name)).toContain('napi_gro_receive');
    expect(rows.filter(({ right }) => right > PHONE.width)).toEqual([]);
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
