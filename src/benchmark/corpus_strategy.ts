import { Corpus } from '../campaign/corpus';
import { CorpusRun } from '../campaign/corpus_run';
import { KEPT_MIN, LITTLE_TRIED_OF, MUTATED_OF } from '../campaign/corpus_search';
import { programAfter } from '../targets/program_number';
import type { SearchTask, Strategy } from './strategy';

/** From an empty corpus, learning as it goes: every second program is generated as ever, the others are those of a `mutated` lease. */
function search({ scenario, profile, session, first, onExecuted, done }: SearchTask): void {
  const corpus = new Corpus();
  const run = new CorpusRun(scenario, profile, session, corpus, { onExecuted });
  for (let programs = 0; ; programs++) {
    const number = programAfter(first, programs);
    if (programs % 2 === 0 || corpus.entries.length < KEPT_MIN) run.generated(number);
    else if (((programs - 1) / 2) % MUTATED_OF < LITTLE_TRIED_OF) run.curious(number);
    else run.mutated(number);
    if (done(() => run.program())) return;
  }
}

export const CORPUS: Strategy = {
  name: 'corpus',
  title: 'swarm that learns: half of the programs are made of kept ones, or get arguments of which little was tried',
  stateAware: true,
  search,
};
