import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { printProgram } from '../program/print';
import { shellWords } from '../report/shell_words';
import { UsageError } from '../session/errors';
import { isSame } from './support/invocation';
import { printDocument, printLine } from './support/output';
import { readProgram } from './support/read_program';
import { ownCheckout } from './support/version';
import { assertWritableDirectory, writeUserFile } from './support/writable';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
const FOLDER = 'regressions';
const ENDING = '.skb';

interface KeepOptions {
  readonly dir?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `skbcheck keep FILE NAME`: keeps a program as regressions/NAME.skb, which is a jest test from then on. */
export function addKeep(program: Command): void {
  program
    .command('keep')
    .description('keep a program as regressions/NAME.skb of the checkout: from then on a jest test')
    .argument('<file>', 'a program')
    .argument('<name>', 'name of the regression, with or without .skb')
    .option('--dir <dir>', 'keep it in this directory (default: regressions/ of the checkout)')
    .option('--force', 'replace a regression of that name')
    .option('--json', 'print one JSON document')
    .action((file: string, name: string, options: KeepOptions) => {
      keep(file, name, options);
    });
}

function keep(file: string, given: string, { dir, force, json }: KeepOptions): void {
  const name = given.endsWith(ENDING) ? given.slice(0, -ENDING.length) : given;
  if (!NAME.test(name))
    throw new UsageError(`'${given}' is no name for a regression: letters, digits, '.', '_' and '-', at most 64`);
  const kept = readProgram(file);
  if (kept.calls.length === 0) throw new UsageError(`${file} has no command: as a regression it would test nothing`);
  const checkout = ownCheckout();
  const tested = checkout === undefined ? undefined : path.join(checkout, FOLDER);
  const folder = dir ?? tested ?? FOLDER;
  const place = shown(path.join(folder, `${name}${ENDING}`));
  if (existsSync(place) && force !== true) throw new UsageError(`${place} is there already; another name, or --force`);
  assertWritableDirectory(folder);
  mkdirSync(folder, { recursive: true });
  // A regression expects what must hold from now on: the profile is clean on it, although a mutant was not.
  const expect = kept.expect ?? 'clean';
  writeUserFile(place, printProgram({ ...kept, mutant: undefined, expect }));
  if (json === true) {
    printDocument('keep', { file, path: place, expect });
    return;
  }
  const next =
    tested !== undefined && isSame(folder, tested)
      ? 'npm test runs it from now on'
      : `no test runs it by itself: npx skbcheck run ${shellWords([place])}`;
  printLine(`kept as ${place}; ${next}`);
}

/** A path as the user would type it. */
function shown(file: string): string {
  const relative = path.relative('', file);
  return relative.startsWith('..') ? path.resolve(file) : relative;
}
