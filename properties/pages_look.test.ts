// Every page that people open, on a phone, a tablet and a desk, light and dark.

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { browserForTests, describeInChromium, type Seen } from './support/chromium';
import { folderForTests } from './support/cli';
import { writeEveryPage, type NamedPage } from './support/pages';

const SIZES = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desk: { width: 1280, height: 800 },
};
const THEMES = ['light', 'dark'] as const;
/** The pages as `writeEveryPage` names them. */
const NAMES = [
  ...['show', 'campaign', 'findings', 'finding-opened', 'mutants', 'invariants-of-mutants'],
  ...['coverage', 'coverage-of-a-file'],
];
const LOOKS = Object.entries(SIZES).flatMap(([name, size]) => THEMES.map((theme) => ({ name, size, theme })));
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const folder = folderForTests('pages-look');
/** Gets a picture of each page, for people: `SKBCHECK_SCREENSHOTS=DIR npx jest properties/pages_look.test.ts`. */
const screenshots = process.env.SKBCHECK_SCREENSHOTS;
let pages: readonly NamedPage[];

beforeAll(async () => {
  pages = await writeEveryPage(folder);
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });
});

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
      const { file, hash } = pages.find((one) => one.name === name) as NamedPage;
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
