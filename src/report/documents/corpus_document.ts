import type { CorpusStats } from '../../corpus/corpus_stats';

/** A corpus as `corpus stats`, `merge` and `minimize` describe it. */
export interface CorpusDocument extends CorpusStats {
  /** Programs before `merge` or `minimize`. */
  readonly before?: number;
}
