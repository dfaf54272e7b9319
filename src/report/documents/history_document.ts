import type { HistoryAnswer } from '../../search/history/check_history';

/** `kernel check-history`. */
export interface HistoryDocument {
  readonly seed: number;
  /** The changes of the rules that were asked for. */
  readonly changes: number;
  /** Changes about which no kernel was asked: those on both sides are not set up. */
  readonly notAsked: readonly string[];
  readonly answers: readonly HistoryAnswer[];
}
