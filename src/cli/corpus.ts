import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { minimizedCorpus, mergedCorpus, type CorpusEdit, type Measure } from '../corpus/corpus_edit';
import { readCorpus, writeCorpus, type StoredEntry } from '../corpus/corpus_files';
import { corpusStats } from '../corpus/corpus_stats';
import { corpusText } from '../report/corpus_text';
import { plural } from '../report/figures';
import { UsageError } from '../session/errors';
import { EXIT_CLEAN, EXIT_TOO_LITTLE, type Exit } from './support/exit';
import { note, printDocument, printLine } from './support/output';
import { StatusLine } from './support/status_line';
import { assertWritableDirectory } from './support/writable';

interface CorpusOptions {
  readonly json?: boolean;
  readonly output?: string;
}

/** `skbcheck corpus merge|minimize|stats`. */
export function addCorpus(program: Command, exit: Exit): void {
  const corpus = program
    .command('corpus')
    .description('merge, minimize or describe corpora: programs that campaigns keep for new features');
  corpus
    .command('stats')
    .description('numbers of programs and features, by scenario')
    .argument('<dir>', 'a corpus')
    .option('--json', 'print one JSON document')
    .action((directory: string, options: CorpusOptions) => {
      exit.code = show(read([directory]), null, options);
    });
  corpus
    .command('merge')
    .description('join the programs of several corpora, each once, and measure their features anew')
    .argument('<dirs...>', 'corpora')
    .requiredOption('-o, --output <dir>', 'the merged corpus; may be one of them')
    .option('--json', 'print one JSON document')
    .action(async (directories: string[], options: CorpusOptions) => {
      exit.code = await edit(directories, options.output as string, mergedCorpus, options);
    });
  corpus
    .command('minimize')
    .description('leave out programs whose features the others have too')
    .argument('<dir>', 'a corpus; it is changed in place')
    .option('--json', 'print one JSON document')
    .action(async (directory: string, options: CorpusOptions) => {
      exit.code = await edit([directory], directory, minimizedCorpus, options);
    });
}

async function edit(
  directories: readonly string[],
  output: string,
  edited: (entries: readonly StoredEntry[], measure: Measure) => Promise<CorpusEdit>,
  options: CorpusOptions,
): Promise<number> {
  if (existsSync(output) && !statSync(output).isDirectory()) throw new UsageError(`${output} is not a directory`);
  assertWritableDirectory(output);
  const before = read(directories);
  const status = new StatusLine();
  try {
    // Imported only here: the instrumenter takes longer to load than most commands take to run.
    const { measureInWorker } = await import('../corpus/measure_in_worker.js');
    const measure: Measure = (entries) =>
      measureInWorker(entries, (done) =>
        status.update(() => `corpus: ${done} of ${plural(entries.length, 'program')} executed`),
      );
    const { entries, problems } = await edited(before, measure);
    status.clear();
    writeCorpus(output, entries);
    for (const problem of problems) note(`skbcheck: ${problem}`);
    return show(entries, before, options);
  } finally {
    status.clear();
  }
}

function read(directories: readonly string[]): StoredEntry[] {
  return directories.flatMap((directory) => {
    if (!existsSync(directory) || !statSync(directory).isDirectory())
      throw new UsageError(`no directory ${directory}; a corpus is a directory, such as campaign/corpus`);
    if (existsSync(join(directory, 'campaign.json')))
      throw new UsageError(`${directory} is the directory of a campaign: its corpus is ${join(directory, 'corpus')}`);
    const { entries, problems } = readCorpus(directory);
    for (const problem of problems) note(`skbcheck: ${problem}`);
    return entries;
  });
}

function show(entries: readonly StoredEntry[], before: readonly StoredEntry[] | null, { json }: CorpusOptions): number {
  const stats = corpusStats(entries);
  if (json === true) printDocument('corpus', before === null ? stats : { ...stats, before: before.length });
  else {
    if (before !== null) printLine(`${plural(before.length, 'program')} before, ${entries.length} now\n`);
    printLine(stats.programs === 0 ? 'no program' : corpusText(stats));
  }
  return stats.programs === 0 ? EXIT_TOO_LITTLE : EXIT_CLEAN;
}
