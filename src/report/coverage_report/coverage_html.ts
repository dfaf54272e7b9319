import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCoverageMap, type CoverageMapData } from 'istanbul-lib-coverage';
import { createContext } from 'istanbul-lib-report';
import { create } from 'istanbul-reports';
import { escaped } from '../page_html';
import { COVERAGE_STYLE } from './coverage_style';

/** The directory that has the sources: of the checkout, or of the installed package. */
const ROOT = path.resolve(__dirname, __filename.endsWith('.ts') ? '../../..' : '../../../..');

/** The first page, in the directory of the pages. */
export const COVERAGE_INDEX = 'index.html';

const FIELD = '<input type="search" id="fileSearch">';
const FIELD_WITH_NAME = '<input type="search" id="fileSearch" aria-label="only these files">';

/**
 * Writes istanbul's pages of the model: every source with the number of times that each line and branch was executed.
 *
 * @param directory - gets the pages
 * @param data - a campaign's coverage.json
 * @param home - the address of the campaign's report, from `directory`
 */
export function writeCoveragePages(directory: string, data: CoverageMapData, home: string): void {
  const context = createContext({ dir: directory, coverageMap: createCoverageMap(data), sourceFinder: sourceOf });
  create('html').execute(context);
  writeFileSync(path.join(directory, 'base.css'), COVERAGE_STYLE, { flag: 'a' });
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.html')) continue;
    const file = path.join(directory, name);
    const up = '../'.repeat(name.split(path.sep).length - 1);
    writeFileSync(file, ownPage(readFileSync(file, 'utf8'), `${up}${home}`));
  }
}

/** The page of istanbul with the names that a screen reader needs, and a way back. */
function ownPage(text: string, home: string): string {
  return text
    .replace(FIELD, FIELD_WITH_NAME)
    .replace("<div class='pad1'>", `<div class='pad1'>\n<p><a href="${escaped(home)}">the campaign</a></p>`);
}

/** @throws an error without a stack, which the page shows instead of the source */
function sourceOf(file: string): string {
  try {
    return readFileSync(path.join(ROOT, file), 'utf8');
  } catch {
    throw Object.assign(new Error(`${file} is not there: this skbcheck has no such source`), { stack: '' });
  }
}
