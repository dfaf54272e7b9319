import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { printProgram } from '../program/print';
import { UsageError } from '../session/errors';
import { printDocument, printLine } from './support/output';
import { readProgram } from './support/read_program';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** `skbcheck keep FILE NAME`: keeps a program as regressions/NAME.skb, which is a jest test from then on. */
export function addKeep(program: Command): void {
  program
    .command('keep')
    .description('keep a program as regressions/NAME.skb: from then on a jest test')
    .argument('<file>', 'a program')
    .argument('<name>', 'name of the regression')
    .option('--force', 'replace a regression of that name')
    .option('--json', 'print one JSON document')
    .action((file: string, name: string, options: { force?: boolean; json?: boolean }) => {
      if (!NAME.test(name))
        throw new UsageError(`'${name}' is no name for a regression: letters, digits, '.', '_' and '-', at most 64`);
      const kept = readProgram(file);
      if (kept.calls.length === 0)
        throw new UsageError(`${file} has no command: as a regression it would test nothing`);
      const path = join('regressions', `${name}.skb`);
      if (existsSync(path) && options.force !== true)
        throw new UsageError(`${path} is there already; another name, or --force`);
      mkdirSync('regressions', { recursive: true });
      // A regression expects what must hold from now on: the profile is clean on it, although a mutant was not.
      const expect = kept.expect ?? 'clean';
      writeFileSync(path, printProgram({ ...kept, mutant: undefined, expect }));
      if (options.json === true) printDocument('keep', { file, path, expect });
      else printLine(`kept as ${path}; npm test runs it from now on`);
    });
}
