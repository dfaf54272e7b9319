// The cost of a packet on each path: counted by running the path's own program on the model, with every check on.

import { costProgram, measurePath } from '../src/costs/measure_path';
import { COST_PATHS } from '../src/costs/paths';
import type { PathCost } from '../src/costs/path';
import { parseProgram } from '../src/program/parse';
import { costsText } from '../src/report/costs_text';
import { buildOnce, folderForTests, skbcheck } from './support/cli';

const costs = new Map<string, PathCost>(COST_PATHS.map((path) => [path.name, measurePath(path)]));
const cost = (name: string): PathCost => costs.get(name) as PathCost;

test('every path is a correct program', () => {
  for (const path of COST_PATHS) expect(parseProgram(costProgram(path), path.name).calls.length).toBeGreaterThan(100);
});

test('a packet that XDP drops costs no sk_buff, no page, no mapping; dropped in the stack it costs an sk_buff', () => {
  expect(cost('xdp-drop')).toMatchObject({ skbAllocs: 0, pageAllocs: 0, dmaMaps: 0, bytesCopied: 0 });
  expect(cost('stack-drop')).toMatchObject({ skbAllocs: 1, pageAllocs: 0, dmaMaps: 0, bytesCopied: 0 });
});

test('XDP_TX uses the mapping of the pool; the other device of a redirect maps the page itself', () => {
  expect(cost('xdp-tx').dmaMaps).toBe(0);
  expect(cost('xdp-redirect').dmaMaps).toBe(1);
  // For the CPU, for the device that sends, and for the device when the page is back in the pool.
  expect(cost('xdp-tx').dmaSyncs).toBe(3);
});

test('option A copies nothing, option B copies its headers into a piece of a page', () => {
  expect(cost('option-a')).toMatchObject({ bytesCopied: 0, pageAllocs: 0 });
  expect(cost('option-b').bytesCopied).toBe(128);
  // One page has four heads of page_frag_alloc_1k.
  expect(cost('option-b').pageAllocs).toBe(0.25);
});

test('a recycled page is neither allocated nor mapped again; a page of the allocator is both each time', () => {
  expect(cost('page-pool')).toMatchObject({ pageAllocs: 0, dmaMaps: 0, dmaSyncs: 2 });
  expect(cost('page-allocator')).toMatchObject({ pageAllocs: 1, dmaMaps: 1, dmaSyncs: 0 });
});

test.each([64, 512, 1024, 1500])('AF_XDP of %i bytes copies all of them, or none', (bytes) => {
  expect(cost(`af_xdp-copy-${bytes}`)).toMatchObject({ bytesCopied: bytes, skbAllocs: 1 });
  expect(cost(`af_xdp-zerocopy-${bytes}`)).toMatchObject({ bytesCopied: 0, skbAllocs: 1 });
});

test('the table has a line for each path', () => {
  const text = costsText([...costs.values()]);
  for (const { name } of COST_PATHS) expect(text).toMatch(new RegExp(`^${name} `, 'm'));
});

describe('skbcheck costs', () => {
  const folder = folderForTests('costs');
  beforeAll(buildOnce);

  test('--json --target none prints the paths and measures nothing', () => {
    const { code, stdout } = skbcheck(['costs', '--json', '--target', 'none'], { cwd: folder });
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { paths: PathCost[]; target: null; af_xdp: unknown[] };
    expect(document.paths.map(({ name }) => name)).toEqual(COST_PATHS.map(({ name }) => name));
    expect(document.af_xdp).toEqual([]);
  });

  test('a path that does not exist gets a one-line answer', () => {
    const { code, stderr } = skbcheck(['costs', '--program', 'xdp-dorp'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^skbcheck: error: no path 'xdp-dorp', did you mean 'xdp-drop'\?.*\n$/);
  });
});
