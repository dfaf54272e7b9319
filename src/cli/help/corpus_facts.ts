import { EXIT_TARGET as TARGET } from '../support/exit';
import { DONE, NO_PROGRAM, type HelpFacts } from './help_fact';

/** The facts of `skbcheck corpus` and its parts. */
export const CORPUS_FACTS: Readonly<Record<string, HelpFacts>> = {
  corpus: {
    notes: ['A corpus is a directory with programs (.skb) and corpus.jsonl; a directory with programs alone suffices.'],
    examples: [['corpus stats campaign/corpus', 'what a campaign kept']],
    exits: [...DONE, TARGET, NO_PROGRAM],
    page: 'docs/reference/corpus.md',
  },
  'corpus stats': {
    examples: [['corpus stats campaign/corpus', 'what a campaign kept']],
    exits: DONE,
    page: 'docs/reference/corpus.md',
  },
  'corpus merge': {
    examples: [['corpus merge machine1/corpus machine2/corpus -o corpus', 'of two machines']],
    exits: [...DONE, TARGET, NO_PROGRAM, NO_PROGRAM],
    page: 'docs/reference/corpus.md',
  },
  'corpus minimize': {
    examples: [['corpus minimize corpus', 'in place']],
    exits: [...DONE, TARGET, NO_PROGRAM],
    page: 'docs/reference/corpus.md',
  },
};
