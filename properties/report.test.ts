// The pages that show a campaign and a program, opened from disk in a real browser.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page as BrowserPage } from 'playwright-core';
import { longProgram } from '../bench/long_program';
import type { CampaignReport } from '../src/campaign/campaign_types';
import { stepsOfFindings, writeReports } from '../src/cli/support/campaign/campaign_reports';
import { reachableOutcomes } from '../src/cli/support/campaign/reachable_outcomes';
import { stepThrough } from '../src/cli/support/step_through';
import { sessionOptions } from '../src/session/session_options';
import { printCallLines } from '../src/program/print';
import { parseProgram } from '../src/program/parse';
import { commandRows } from '../src/report/campaign_report/campaign_figures';
import { stepHtml } from '../src/report/picture/step_html';
import type { StepThrough } from '../src/report/picture/step_through';
import { findMutant, type Mutant } from '../src/rules/mutants';
import { findProfile, type Profile } from '../src/rules/profiles';
import { runOnModel } from '../src/session/run_model';
import { Session } from '../src/session/session';
import { campaignOfMutants, seriesTo } from './support/campaign_fixture';
import { browserForTests, describeInChromium } from './support/chromium';
import { buildOnce, folderForTests } from './support/cli';
import { HOSTILE } from './support/hostile_text';

const SEED = 11;
const MUTANTS = ['B2', 'F3', 'K1'];
const folder = folderForTests('report');
const file = (name: string): string => path.join(folder, name);
let campaign: CampaignReport;
let steps: Map<string, StepThrough>;

beforeAll(async () => {
  // The script of the pages is compiled code.
  buildOnce();
  campaign = campaignOfMutants(MUTANTS, SEED);
  steps = stepsOfFindings(campaign);
  await writeReports(folder, campaign);
});

/** Refcounts of all live pages after each step, by the model itself, independent of the report. */
function refcountsOnModel(id: string): Map<string, number>[] {
  const { lane, reduced } = campaign.findings.find(
    (finding) => finding.id === id,
  ) as CampaignReport['findings'][number];
  const profile = findProfile(lane.profile) as Profile;
  const session = new Session(sessionOptions(profile, findMutant(lane.mutant as string) as Mutant, profile.abi, false));
  const counts = [new Map<string, number>()];
  runOnModel(session, parseProgram(reduced as string, 'reduced'), () =>
    counts.push(new Map(session.world.pages.map((page) => [`page#${page.id}`, page.refcount]))),
  );
  return counts;
}

/** Refcounts of the pages in the picture, without those that were freed. */
function refcountsShown(page: BrowserPage): Promise<[string, number][]> {
  return page.$$eval('.stepper [data-key^="page#"]:not(.ghost)', (boxes) =>
    boxes.map((box): [string, number] => [
      box.getAttribute('data-key') as string,
      Number((box.querySelector('[data-part="refcount"]')?.textContent as string).split(' ')[1]),
    ]),
  );
}

const textOf = async (page: BrowserPage, selector: string): Promise<string> =>
  (await page.textContent(selector)) as string;

describeInChromium(`report.html of a campaign (seed ${SEED})`, () => {
  const browser = browserForTests();
  const report = file('report.html');

  test('opens from disk without a network, requests nothing, and logs no error', async () => {
    const { page, errors, requests } = await browser.open(report);
    expect(await page.title()).toBe('skbcheck: a campaign');
    for (const details of await page.$$('details.finding')) await details.$eval('summary', (one) => one.click());
    expect(await page.$$('.stepper')).toHaveLength(campaign.findings.length);
    expect(requests.every((url) => url.startsWith('file:') && url.endsWith('report.html'))).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('shows the numbers of the data', async () => {
    const { page } = await browser.open(report);
    const number = async (name: string): Promise<string> => textOf(page, `[data-number="${name}"] b`);
    expect(await number('commands')).toBe(campaign.totals.commands.toLocaleString('en-US'));
    expect(await number('findings, new')).toBe(String(campaign.findings.length));
    const [most] = commandRows(campaign, reachableOutcomes(campaign));
    const row = page.locator(`tr[data-command="${most.name}"] td`);
    expect(await row.nth(2).textContent()).toBe(most.executed.toLocaleString('en-US'));
    expect(await page.locator('.charts figure svg:visible').count()).toBe(3);
    await page.close();
  });

  test('lists outcomes that were never reached with 0, but none that its searched lanes cannot have', async () => {
    const { page } = await browser.open(report);
    const never = await page.$$eval('.outcome.never b', (counts) => counts.map((count) => count.textContent));
    expect(never.length).toBeGreaterThan(10);
    expect(new Set(never)).toEqual(new Set(['0']));
    const ends = await textOf(page, 'tr[data-command="skb_try_coalesce"]');
    expect(ends).toContain('refused_cloned');
    // Of the return hook of 2018, which no lane has.
    expect(ends).not.toMatch(/linked_frag_list|refused_mem_info/);
    expect(await page.$$('tr[data-command="xsk_sendto"]')).toEqual([]);
    await page.close();
  });

  test('rounds the ends of its axes, tells a time as people do, and shows no figure that was not measured', async () => {
    const { totals } = campaign;
    const short = { ...totals, seconds: 80.592716, corpus: 0, features: 0, branches: { covered: 0, total: 0 } };
    mkdirSync(file('short'), { recursive: true });
    await writeReports(file('short'), { ...campaign, totals: short, series: seriesTo(short, 40) });
    const { page } = await browser.open(file('short/report.html'));
    const labels = await page.$$eval('.charts svg text', (texts) => texts.map((text) => text.textContent as string));
    expect(labels.filter((text) => /\d/.test(text)).length).toBeGreaterThan(6);
    expect(labels.filter((text) => /\.\d{3}/.test(text))).toEqual([]);
    expect(await textOf(page, '[data-number="of searching"] b')).toBe('1 min 20 s');
    expect(await page.$$('[data-number="corpus programs"], [data-number="branches of the model"]')).toEqual([]);
    expect(await textOf(page, 'body')).toContain('Not measured: features and corpus');
    expect(await page.$$eval('.charts figure', (charts) => charts.length)).toBe(2);
    await page.close();
  });

  test('the field above the commands narrows them to those with its words', async () => {
    const { page } = await browser.open(report);
    const shown = (): Promise<string[]> =>
      page.$$eval('#commands-table tbody tr:not([hidden])', (rows) => rows.map((row) => row.textContent as string));
    const all = await shown();
    await page.fill('#command-filter', 'skb_clone');
    const some = await shown();
    expect(some.length).toBeGreaterThan(0);
    expect(some).toEqual(all.filter((text) => text.toLowerCase().includes('skb_clone')));
    expect(await textOf(page, '#commands-table-shown')).toBe(`${some.length} of ${all.length}`);
    await page.fill('#command-filter', 'nothing has this');
    expect(await shown()).toEqual([]);
    await page.close();
  });

  test.each(MUTANTS)(
    'steps through the finding of %s by buttons: refcounts are the model’s at every step',
    async (id) => {
      const finding = campaign.findings.find(({ lane }) => lane.mutant === id) as CampaignReport['findings'][number];
      const { page, errors } = await browser.open(report);
      await page.click(`#finding-${finding.id} > summary`);
      await page.click('.stepper [data-move="first"]');
      const expected = refcountsOnModel(finding.id);
      let compared = 0;
      for (let at = 0; at < expected.length; at++) {
        expect(await textOf(page, '.stepper .where')).toMatch(new RegExp(`^step ${at} of`));
        for (const [key, refcount] of await refcountsShown(page)) {
          expect([key, refcount]).toEqual([key, expected[at].get(key)]);
          compared++;
        }
        if (at < expected.length - 1) await page.click('.stepper [data-move="forward"]');
      }
      if (id !== 'F3') expect(compared).toBeGreaterThan(2);
      for (let at = expected.length - 1; at > 0; at--) await page.click('.stepper [data-move="back"]');
      expect(await textOf(page, '.stepper .where')).toMatch(/^step 0 of .*before the first call/);
      expect(errors).toEqual([]);
      await page.close();
    },
  );

  test('the keyboard alone opens a finding, walks through it, and reaches the place where it broke', async () => {
    const finding = campaign.findings[0];
    const { failedStep, guilty, sentence } = steps.get(finding.id) as StepThrough;
    const broken = (failedStep as number) + 1;
    const { page, errors } = await browser.open(report);
    for (let i = 0; i < 50; i++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.parentElement?.id)) === `finding-${finding.id}`) break;
    }
    await page.keyboard.press('Enter');
    await page.waitForSelector('.stepper');
    const where = (): Promise<string> => textOf(page, '.stepper .where');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Home');
    expect(await where()).toMatch(/^step 0 of/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    expect(await where()).toMatch(/^step 1 of/);
    await page.keyboard.press('f');
    expect(await where()).toMatch(new RegExp(`^step ${broken} of .*here it broke$`));
    expect(await textOf(page, '.program [aria-current="step"]')).toMatch(/^>>> /);
    expect(
      await page.$$eval('.box.broke-here', (boxes) => boxes.map((box) => box.getAttribute('data-key')).sort()),
    ).toEqual([...guilty].sort());
    expect(await textOf(page, '.verdict .sentence')).toBe(sentence);
    await page.keyboard.press('End');
    expect(await where()).toMatch(new RegExp(`^step ${(steps.get(finding.id) as StepThrough).steps.length} of`));
    await page.waitForURL(new RegExp(`#finding-${finding.id}/step-\\d+$`));
    expect(await textOf(page, '.stepper [role="status"]')).toContain(await where());
    expect(errors).toEqual([]);
    await page.close();
  });

  test('an address leads to a step of a finding', async () => {
    const finding = campaign.findings[1];
    const { page } = await browser.open(report, `#finding-${finding.id}/step-2`);
    expect(await page.$eval(`#finding-${finding.id}`, (one) => (one as HTMLDetailsElement).open)).toBe(true);
    expect(await textOf(page, `#finding-${finding.id} .where`)).toMatch(/^step 2 of/);
    const program = parseProgram(finding.reduced as string, 'reduced');
    expect(await textOf(page, '.program [aria-current="step"]')).toContain(printCallLines(program)[1]);
    await page.close();
  });

  test('junit.xml is XML with the finding as the failure of its lane', async () => {
    const { page } = await browser.open(report);
    const parsed = await page.evaluate(
      (text) => {
        const xml = new DOMParser().parseFromString(text, 'application/xml');
        return {
          wrong: xml.querySelector('parsererror')?.textContent ?? null,
          failures: [...xml.querySelectorAll('failure')].map((one) => [
            one.parentElement?.getAttribute('classname'),
            one.textContent,
          ]),
          passing: [...xml.querySelectorAll('testcase')].filter((one) => one.children.length === 0).length,
        };
      },
      readFileSync(file('junit.xml'), 'utf8'),
    );
    expect(parsed.wrong).toBeNull();
    expect(parsed.failures.map(([lane]) => lane)).toEqual(campaign.findings.map(({ lane }) => lane.id));
    const withoutCommands = (text: unknown): string => String(text).replace(/^(reproduce|keep): .*$/gm, '');
    expect(withoutCommands(parsed.failures[0][1])).toContain(withoutCommands(campaign.findings[0].report));
    const { id } = campaign.findings[0];
    expect(parsed.failures[0][1]).toContain(
      `\nreproduce: npx skbcheck run ${file(`findings/${id}/reduced.skb`)} --mutant`,
    );
    expect(parsed.failures[0][1]).toContain(
      `\nkeep:      npx skbcheck keep ${file(`findings/${id}/reduced.skb`)} NAME`,
    );
    expect(parsed.passing).toBe(campaign.lanes.length - campaign.findings.length);
    await page.close();
  });

  test('hostile text in programs, messages and names is text', async () => {
    const [finding] = campaign.findings;
    const hostile = {
      ...campaign,
      problems: [HOSTILE],
      findings: [
        { ...finding, sentence: HOSTILE, signature: HOSTILE, why: HOSTILE, state: 'known' as const, report: HOSTILE },
        { ...finding, id: 'aaaaaaaaaaaa', report: HOSTILE, reduced: `# ${HOSTILE}\n${finding.reduced}` },
      ],
    };
    mkdirSync(file('hostile'), { recursive: true });
    await writeReports(file('hostile'), hostile);
    const { page, errors } = await browser.open(file('hostile/report.html'), '#finding-aaaaaaaaaaaa/step-1');
    // NUL and half a surrogate pair cannot be in a page: the replacement character is shown.
    const shown = HOSTILE.replaceAll('\0', '\ufffd').replaceAll('\ud800', '\ufffd');
    expect((await textOf(page, '.problems li')) === shown).toBe(true);
    expect(await page.$$eval('img', (images) => images.length)).toBe(0);
    expect(await page.$$eval('script', (scripts) => scripts.length)).toBe(3);
    expect(await textOf(page, '.stepper .where')).toMatch(/^step 1 of/);
    const xml = readFileSync(file('hostile/junit.xml'), 'utf8');
    expect(
      await page.evaluate(
        (text) => new DOMParser().parseFromString(text, 'application/xml').querySelector('parsererror')?.textContent,
        xml,
      ),
    ).toBeUndefined();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describeInChromium('a program of 10,000 calls', () => {
  const browser = browserForTests();
  const TIMES = 200;

  test('is a page of less than 10 MB that steps forward and back, and keeps every object in its place', async () => {
    const profile = findProfile('linux-6.12') as Profile;
    const session = new Session(sessionOptions(profile, undefined, profile.abi, false));
    const text = longProgram(10_000);
    const data = stepThrough(session, parseProgram(text, 'long'), text);
    expect(data.steps.length).toBeGreaterThan(10_000);
    const page = stepHtml('a long program', [], data);
    expect(Buffer.byteLength(page)).toBeLessThan(10_000_000);
    writeFileSync(file('long.html'), page);
    const opened = await browser.open(file('long.html'), '#step-5000');
    /** Walks by a key; returns the boxes that moved, and the text and the picture at the end. */
    const walk = (key: string): Promise<{ moved: string[]; where: string; picture: string }> =>
      opened.page.evaluate(
        ([key, times]) => {
          const places = (): Map<string, string> =>
            new Map(
              [...document.querySelectorAll('.box')].map((box) => {
                const rect = box.querySelector('rect') as SVGRectElement;
                return [box.getAttribute('data-key') as string, `${rect.getAttribute('x')} ${rect.getAttribute('y')}`];
              }),
            );
          const moved: string[] = [];
          let last = places();
          for (let i = 0; i < times; i++) {
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
            const now = places();
            for (const [box, place] of now) if (last.has(box) && last.get(box) !== place) moved.push(box);
            last = now;
          }
          return {
            moved,
            where: document.querySelector('.where')?.textContent ?? '',
            picture: document.querySelector('.picture')?.innerHTML ?? '',
          };
        },
        [key, TIMES] as const,
      );
    const before = await opened.page.$eval('.picture', (picture) => picture.innerHTML);
    const there = await walk('ArrowRight');
    expect(there.moved).toEqual([]);
    expect(there.where).toMatch(/^step 5200 of/);
    expect(there.picture === before).toBe(false);
    const back = await walk('ArrowLeft');
    expect(back.where).toMatch(/^step 5000 of/);
    expect(back.picture === before).toBe(true);
    expect(opened.errors).toEqual([]);
    await opened.page.close();
  });
});
