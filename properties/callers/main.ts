// `npm run callers -- TREE...`: reads kernel sources of each series, and writes which callers of src/commands/callers/
// they have. properties/callers.test.ts compares the commands with that list where it has no sources.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CALLER_SERIES } from '../../src/commands/callers/caller';
import { CALLER_FACTS, factLines, whyWrong } from './caller_facts';
import { openSources } from './kernel_sources';

const FOUND = path.join(__dirname, 'found_in_sources.txt');

function main(roots: readonly string[]): number {
  const trees = new Map(roots.map(openSources).map((sources) => [sources.series, sources]));
  const missing = CALLER_SERIES.filter((series) => !trees.has(series));
  if (missing.length > 0) {
    process.stderr.write(`callers: no sources of ${missing.join(', ')}; give the top directory of each\n`);
    return 2;
  }
  const wrong: string[] = [];
  const right = CALLER_FACTS.filter((fact) => {
    const sources = trees.get(fact.series);
    const why = sources === undefined ? 'no sources' : whyWrong(sources, fact);
    if (why !== undefined) wrong.push(why);
    return why === undefined;
  });
  writeFileSync(FOUND, `${factLines(right).join('\n')}\n`);
  for (const why of wrong) process.stderr.write(`callers: ${why}\n`);
  return wrong.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
