import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { printProgram } from '../program/print';
import { UsageError } from '../session/errors';
import { printLine } from './support/output';
import { readProgram } from './support/read_program';
import { assertWritableDirectory, writeOutput } from './support/writable';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** `skbcheck keep FILE NAME`: keeps a program as regressions/NAME.skb, which is a jest test from then on. */
export function addKeep(program: Command): void {
  program
    .command('keep')
    .description('keep a program as regressions/NAME.skb: from then on a jest test')
    .argument('<file>', 'a program')
    .argument('<name>', 'name of the regression')
    .option('--force', 'replace a regression of that name')
    .action((file: string, name: string, options: { force?: boolean }) => {
      if (!NAME.test(name))
        throw new UsageError(`'${name}' is no name for a regression: letters, digits, '.', '_' and '-', at most 64`);
      const kept = readProgram(file);
      const path = join('regressions', `${name}.skb`);
      if (existsSync(path) && options.force !== true)
        throw new UsageError(`${path} is there already; another name, or --force`);
      assertWritableDirectory('regressions');
      mkdirSync('regressions', { recursive: true });
      // A regression expects what must hold from now on: the profile is clean on it, although a mutant was not.
      writeOutput(path, printProgram({ ...kept, mutant: undefined, expect: kept.expect ?? 'clean' }));
      printLine(`kept as ${path}; npm test runs it from now on`);
    });
}
