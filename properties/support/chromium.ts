import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const EXECUTABLE = process.env.SKBCHECK_CHROMIUM ?? '/usr/bin/chromium';
const REQUIRED = process.env.SKBCHECK_REQUIRE_CHROMIUM === '1';
/** Flags of a browser that runs as root, without a sandbox, and that sends no requests of its own. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  // A key in the middle of a smooth scroll scrolls from a place that no test can name.
  ...['--disable-component-update', '--disable-sync', '--disable-smooth-scrolling'],
];

const TIMEOUT_MS = 60_000;

/** Tests that need the browser: skipped without it, unless SKBCHECK_REQUIRE_CHROMIUM=1 demands it. */
export const describeInChromium = (title: string, tests: () => void): void => {
  if (existsSync(EXECUTABLE) || REQUIRED) describe(`${title} (in Chromium)`, tests);
  else describe.skip(`${title}: ${EXECUTABLE} is missing (apt-get install chromium)`, tests);
};

/** A page that was opened from disk, and its forbidden actions. */
export interface Opened {
  readonly page: Page;
  /** Errors of the console and of scripts. */
  readonly errors: readonly string[];
  /** Every URL that it requested, with or without success. */
  readonly requests: readonly string[];
}

/** How a page is looked at. */
export interface Seen {
  readonly size: { readonly width: number; readonly height: number };
  readonly theme: 'light' | 'dark';
}

const USUAL: Seen = { size: { width: 1440, height: 1000 }, theme: 'light' };

/** A browser with a fresh profile, without a network, for the tests of one block. */
export function browserForTests(): { open(file: string, hash?: string, seen?: Partial<Seen>): Promise<Opened> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'skbcheck-chromium-'));
  let context: BrowserContext;
  beforeAll(async () => {
    context = await chromium.launchPersistentContext(folder, {
      executablePath: EXECUTABLE,
      headless: true,
      args: FLAGS,
      viewport: USUAL.size,
    });
    await context.setOffline(true);
  });
  afterAll(async () => {
    await context?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    async open(file, hash = '', seen = {}) {
      const { size, theme } = { ...USUAL, ...seen };
      const page = await context.newPage();
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      page.setDefaultTimeout(TIMEOUT_MS);
      const errors: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('dialog', (dialog) => {
        errors.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`${pathToFileURL(file).href}${hash}`);
      return { page, errors, requests };
    },
  };
}
