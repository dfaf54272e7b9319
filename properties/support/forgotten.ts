import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Files that others start from: a command line, a worker, a page in a browser, what properties import. */
const ENTRIES = new Set(
  [
    ...['cli/main', 'cli/help/reference_pages', 'cli/support/campaign/campaign_worker', 'benchmark/worker'],
    ...['corpus/measure_worker', 'generate/arbitrary', 'report/page/main', 'library/index', 'library/jest'],
    // Until commands of the outside import them.
    ...['commands/outside/abi/index', 'commands/outside/abi/pattern', 'commands/outside/step'],
  ].map((name) => `src/${name}.ts`),
);

type Sources = ReadonlyMap<string, string>;

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')));
}

/**
 * Files of src/ that no other file imports: their code never runs.
 * @param root - directory of the checkout
 * @param over - sources that are new, or other than in the tree
 */
export function orphanFiles(root: string, over: Sources = new Map()): string[] {
  const changed = [...over.keys()].filter((file) => /^src\/.*\.ts$/.test(file));
  const files = new Set([...filesUnder(root, 'src'), ...changed]);
  const imported = new Set<string>();
  for (const file of files) {
    const text = over.get(file) ?? readFileSync(path.join(root, file), 'utf8');
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (!fileName.startsWith('.')) continue;
      const base = path.posix.join(path.posix.dirname(file), fileName.replace(/\.js$/, ''));
      imported.add(files.has(`${base}.ts`) ? `${base}.ts` : `${base}/index.ts`);
    }
  }
  return [...files]
    .filter((file) => !imported.has(file) && !ENTRIES.has(file))
    .map((file) => `${file}: no file of src/ imports it`);
}

/**
 * Rules that neither the model nor the records of commands ask: they decide nothing.
 * @param root - directory of the checkout
 * @param textOf - the text of a file of the tree
 */
export function unaskedRules(root: string, textOf: (file: string) => string): string[] {
  const declared = filesUnder(root, 'src/rules')
    .filter((file) => file.endsWith('_rules.ts'))
    .flatMap((file) => [...textOf(file).matchAll(/^ *readonly (\w+):/gm)].map(([, name]) => ({ file, name })));
  const asking = ['model', 'commands', 'invariants', 'generate', 'session', 'lockstep']
    .flatMap((part) => filesUnder(root, `src/${part}`))
    .map(textOf)
    .join('\n');
  const asked = new Set(asking.match(/\b\w+\b/g));
  return declared.filter(({ name }) => !asked.has(name)).map(({ file, name }) => `${file}: nothing asks ${name}`);
}
