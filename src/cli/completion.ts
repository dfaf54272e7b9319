import { Argument, type Command } from 'commander';
import { complete } from './completion/complete';
import { printDocument } from './support/output';
import { ASK, completionScript, FILES_LINE, SHELLS, type Shell } from './completion/scripts';

/** `skbcheck completion SHELL`, and the hidden command that its scripts ask. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', SHELLS.join('|')).choices(SHELLS))
    .option('--json', 'print one JSON document')
    .action((shell: Shell, options: { json?: boolean }) => {
      const script = completionScript(shell);
      if (options.json === true) printDocument('completion', { shell, script });
      else process.stdout.write(script);
    });
  program
    .command(ASK, { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      // Imported only here: other commands have no use for all names of everything.
      const { VOCABULARY } = await import('./completion/vocabulary.js');
      const found = complete(program, words, VOCABULARY);
      const lines = found.words.map(([word, description]) => (description === '' ? word : `${word}\t${description}`));
      if (found.files) lines.push(FILES_LINE);
      for (const line of lines) process.stdout.write(`${line}\n`);
    });
}
