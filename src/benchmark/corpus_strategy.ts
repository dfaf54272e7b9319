import { Corpus } from '../corpus/corpus';
import { CorpusRun } from '../corpus/corpus_run';
import { runMutated } from '../campaign/worker/corpus_search';
import { seededShuffle } from '../campaign/seeded_shuffle';
import { programAfter } from '../generate/seed';
import type { SearchTask, Strategy } from './strategy';

/**
 * The search of a campaign: first the unchanged programs that earlier campaigns kept, then by turns generated programs
 * and those of a `mutated` lease. Without kept programs it starts from an empty corpus.
 */
function search({ scenario, profile, session, first, kept = [], onExecuted, done }: SearchTask): void {
  const corpus = new Corpus();
  const run = new CorpusRun(scenario, profile, session, corpus, { onExecuted });
  for (const { id, program, features } of kept) corpus.add(id, program, features, features);
  for (const entry of seededShuffle(corpus.entries, first)) {
    run.replay(entry);
    if (done(() => run.program())) return;
  }
  for (let programs = 0; ; programs++) {
    const number = programAfter(first, programs);
    if (programs % 2 === 0) run.generated(number);
    else runMutated(run, corpus, number, (programs - 1) / 2);
    if (done(() => run.program())) return;
  }
}

export const CORPUS: Strategy = {
  name: 'corpus',
  title:
    'the search of a campaign: kept programs, then half swarm, half made from kept ones or with arguments rarely tried',
  stateAware: true,
  search,
};
