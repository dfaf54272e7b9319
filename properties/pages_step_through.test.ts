// The page that steps through a program: by finger on a phone, by keyboard, and by reading it.

import type { Page } from 'playwright-core';
import { programOf } from './support/model';
import { stepThrough } from '../src/cli/support/step_through';
import { sessionOptions } from '../src/session/session_options';
import { Replay } from '../src/report/page/replay';
import { sizeFor } from '../src/report/page/picture_size';
import { boxLines, boxTitle } from '../src/report/page/words';
import { MUTANTS } from '../src/rules/mutants';
import { findProfile, type Profile } from '../src/rules/profiles';
import { Session } from '../src/session/session';
import { browserForTests, describeInChromium } from './support/chromium';
import { buildOnce, folderForTests } from './support/cli';
import { writeStepPage } from './support/pages';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };
const SIZES = { phone: PHONE, desk: DESK };
/** Programs with many kinds of objects: merged skbs, a driver, a segmented skb, a splice. */
const SHOWN = ['B2', 'K1', 'C8', 'H13'];
const folder = folderForTests('pages-step-through');
const profile = findProfile('linux-6.12') as Profile;
let files: ReadonlyMap<string, string>;

beforeAll(() => {
  buildOnce();
  files = new Map(SHOWN.map((id) => [id, writeStepPage(folder, id)]));
});

/** The words below the buttons: `step 3 of 7: …`. */
const where = (page: Page): Promise<string> => page.$eval('.where', (element) => element.textContent as string);
const fileOf = (id: string): string => files.get(id) as string;

describe('the texts of boxes', () => {
  test.each([360, 1000])('none is cut, and none is longer than its box (%d px)', (width) => {
    const size = sizeFor(width);
    const long: string[] = [];
    let lines = 0;
    for (const mutant of MUTANTS) {
      const ofMutant = findProfile(mutant.profile) as Profile;
      const session = new Session(sessionOptions(ofMutant, mutant, ofMutant.abi, false));
      const program = programOf(ofMutant, mutant.program);
      const replay = new Replay(stepThrough(session, program, mutant.program).steps);
      for (let position = 1; position <= replay.steps.length; position++) {
        replay.goTo(position);
        for (const object of replay.objects.values()) {
          const { main, small } = boxTitle(object, size);
          const texts = boxLines(object, size).map((tokens) => tokens.map(({ text }) => text).join('  '));
          lines += texts.length;
          long.push(...texts.filter((text) => text.length > size.characters || text.includes('…')));
          if (small !== '' && `${main}${small}`.length > size.titleCharacters) long.push(`${main} ${small}`);
        }
      }
    }
    expect(lines).toBeGreaterThan(10_000);
    expect(long).toEqual([]);
  });

  const object = {
    ...{ key: 'skb#66', kind: 'skb', names: ['skb1'], fields: new Map(), edges: [] },
  };

  test('a thing with a name has its number in small letters, and its kind once', () => {
    const size = sizeFor(1000);
    expect(boxTitle(object, size)).toEqual({ main: 'skb1', small: '#66' });
    expect(boxTitle({ ...object, names: ['copy'] }, size)).toEqual({ main: 'copy', small: 'skb#66' });
    expect(boxTitle({ ...object, names: [] }, size)).toEqual({ main: 'skb#66', small: '' });
  });

  test('names that the title has no room for follow below it', () => {
    const names = ['skb1', 'skb22', 'skb333', 'skb4444'];
    const { main } = boxTitle({ ...object, names }, sizeFor(1000));
    const below = boxLines({ ...object, names }, sizeFor(1000)).map(([{ text }]) => text);
    expect([...main.split(' '), ...below]).toEqual(names);
    expect(below.length).toBeGreaterThan(0);
  });
});

describe('what a call returned', () => {
  const returned = (text: string): (string | number | undefined)[] => {
    const session = new Session(sessionOptions(profile, undefined, profile.abi, false));
    const { steps } = stepThrough(session, programOf(profile, text), text);
    return steps.filter(({ line }) => line >= 0).map((step) => step.returned ?? step.ret);
  };

  test('is the name of the object where the function returns a pointer', () => {
    expect(returned('skb1 = alloc_skb(size: 100)\nskb2 = skb_clone(skb: skb1)')).toEqual(['skb1', 'skb2']);
  });

  test('is “non-NULL” where nothing holds the pointer', () => {
    const text = 'napi1 = netif_napi_add()\nnapi_get_frags(napi: napi1, context: softirq)';
    expect(returned(text)).toEqual(['napi1', 'non-NULL']);
  });

  test('is nothing where the function returns 0 or NULL', () => {
    expect(returned('skb1 = alloc_skb(size: 100, fail: 1)')).toEqual([undefined]);
  });

  test('stays a number where the function returns one: XDP_DROP is 1', () => {
    const packet = [
      ...['rxq1 = xdp_rxq_info_reg()', 'page1 = alloc_pages()', 'device_write(page: page1, len: 14)'],
      'xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)',
    ];
    const verdict = 'frame1 = bpf_prog_run_xdp(xdp: xdp1, verdict: drop, context: softirq)';
    expect(returned([...packet, verdict].join('\n')).at(-1)).toBe(1);
  });
});

describeInChromium('the page of a program', () => {
  const browser = browserForTests();

  test.each(SHOWN)('on a phone, the buttons and the picture of %s are in one view after each step', async (id) => {
    const { page } = await browser.open(fileOf(id), '', { size: PHONE });
    for (const move of ['first', 'forward', 'forward', 'back', 'failure']) {
      await page.click(`[data-move="${move}"]`);
      const seen = await page.evaluate(() => {
        const top = (selector: string): DOMRect =>
          (document.querySelector(selector) as Element).getBoundingClientRect();
        const [bar, picture] = [top('.bar'), top('.picture')];
        return {
          bar: bar.top >= 0 && bar.bottom <= innerHeight,
          picture: Math.min(innerHeight, picture.bottom) - Math.max(bar.bottom, picture.top),
          height: picture.height,
        };
      });
      expect(seen.bar).toBe(true);
      expect(seen.picture).toBeGreaterThanOrEqual(Math.min(seen.height, PHONE.height * 0.35) - 1);
    }
    await page.close();
  });

  test('on a phone, the buttons stay in view however far the page is scrolled within the steps', async () => {
    const { page } = await browser.open(fileOf('B2'), '', { size: PHONE });
    const top = await page.evaluate(() => {
      scrollTo(0, 1500);
      return (document.querySelector('.bar') as Element).getBoundingClientRect().top;
    });
    expect(top).toBe(0);
    await page.close();
  });

  describe.each(Object.entries(SIZES))('on a %s', (_, size) => {
    test.each(SHOWN)('%s: every text stays in its box, and every line between rows ends at the frame', async (id) => {
      const { page } = await browser.open(fileOf(id), '', { size });
      const wrong = await page.evaluate(() => {
        const found: string[] = [];
        const frame = document.querySelector('.picture') as HTMLElement;
        const right = frame.getBoundingClientRect().left + frame.clientLeft + frame.clientWidth;
        const picture = (document.querySelector('.picture svg') as Element).getBoundingClientRect();
        if (Math.abs(picture.right - right) > 1) found.push(`the picture ends at ${picture.right}, not at ${right}`);
        for (const band of document.querySelectorAll('.band')) {
          const { left, right: end } = band.getBoundingClientRect();
          if (end < right || left > frame.getBoundingClientRect().left + 2) found.push(`a line from ${left} to ${end}`);
        }
        for (const box of document.querySelectorAll('.box')) {
          const edge = (box.querySelector('rect') as Element).getBoundingClientRect();
          for (const text of box.querySelectorAll('text')) {
            const { left, right: end, bottom } = text.getBoundingClientRect();
            if (left < edge.left || end > edge.right || bottom > edge.bottom) found.push(text.textContent as string);
          }
        }
        return found;
      });
      expect(wrong).toEqual([]);
      expect(await page.$$eval('.box', (boxes) => boxes.length)).toBeGreaterThan(1);
      await page.close();
    });
  });

  test.each(SHOWN)('the legend of %s has the arrows of the picture at every step, and no others', async (id) => {
    const { page } = await browser.open(fileOf(id));
    await page.click('[data-move="first"]');
    let arrows = 0;
    for (;;) {
      const { drawn, explained } = await page.evaluate(() => ({
        drawn: [
          ...new Set([...document.querySelectorAll('.picture .edge')].map((one) => one.getAttribute('data-how'))),
        ],
        explained: [...document.querySelectorAll('.legend [data-hows]')].map((one) =>
          (one.getAttribute('data-hows') as string).split(','),
        ),
      }));
      arrows += drawn.length;
      const words = explained.flat();
      expect(drawn.filter((how) => !words.includes(how as string))).toEqual([]);
      expect(explained.filter((hows) => !hows.some((how) => drawn.includes(how)))).toEqual([]);
      if ((await page.getAttribute('[data-move="forward"]', 'aria-disabled')) === 'true') break;
      await page.click('[data-move="forward"]');
    }
    expect(arrows).toBeGreaterThan(0);
    await page.close();
  });

  test.each(['PageDown', 'Space'])('%s scrolls the page, and makes no step', async (key) => {
    const { page } = await browser.open(fileOf('B2'), '#step-2', { size: PHONE });
    await page.keyboard.press(key);
    await page.waitForFunction(() => scrollY > 300);
    expect(await where(page)).toMatch(/^step 2 of/);
    await page.keyboard.press('PageUp');
    await page.waitForFunction(() => scrollY < 300);
    expect(await where(page)).toMatch(/^step 2 of/);
    await page.close();
  });

  test('Tab leads to each line of the program, and Enter to its step', async () => {
    const { page } = await browser.open(fileOf('B2'), '#step-0');
    const lines = await page.$$eval('.program a', (links) => links.map((link) => link.textContent as string));
    const reached: string[] = [];
    for (let i = 0; i < 40 && reached.length < lines.length; i++) {
      await page.keyboard.press('Tab');
      const text = await page.evaluate(() =>
        document.activeElement?.matches('.program a') === true ? document.activeElement.textContent : null,
      );
      if (text === null) continue;
      reached.push(text);
      await page.keyboard.press('Enter');
      expect(await where(page)).toMatch(new RegExp(`^step ${reached.length} of`));
    }
    expect(lines.length).toBeGreaterThan(5);
    expect(reached).toEqual(lines);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await where(page)).toMatch(new RegExp(`^step ${lines.length - 1} of`));
    await page.close();
  });

  test('a turned phone gets a picture that fits', async () => {
    const { page } = await browser.open(fileOf('B2'), '', { size: PHONE });
    const boxWidth = (): Promise<string> => page.$eval('.box rect', (rect) => rect.getAttribute('width') as string);
    const before = await boxWidth();
    const step = await where(page);
    await page.setViewportSize({ width: 844, height: 390 });
    await page.waitForFunction((was) => document.querySelector('.box rect')?.getAttribute('width') !== was, before);
    expect(await page.$eval('.picture', ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)).toBe(true);
    expect(await where(page)).toBe(step);
    await page.close();
  });
});
