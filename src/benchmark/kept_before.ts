import { readCorpus, type StoredEntry } from '../corpus/corpus_files';
import { laneOfEntries } from '../campaign/plan';
import type { Mutant } from '../rules/mutants';
import { scenarioOf } from './broken';
import type { KeptBefore } from './strategy';

/** The directory read last: reading thousands of files takes seconds, and all jobs of a process share one directory. */
let last: { readonly directory: string; readonly entries: readonly StoredEntry[] } | null = null;

/** The programs of a corpus that are of the mutant's scenario and profile. */
export function keptFor(directory: string, mutant: Mutant): readonly KeptBefore[] {
  if (last?.directory !== directory) last = { directory, entries: readCorpus(directory).entries };
  const lane = laneOfEntries({ scenario: scenarioOf(mutant).name, profile: mutant.profile });
  return last.entries.filter((entry) => entry.lane === lane);
}
