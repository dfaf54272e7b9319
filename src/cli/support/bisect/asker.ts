import type { BisectStep } from '../../../report/documents/bisect_document';
import type { Candidate } from './bisect_candidates';

/** Asks releases how a program ends on them. */
export interface Asker {
  /** False where the release would have to be fetched, and cannot be. */
  canAsk(candidate: Candidate): boolean;
  /** A release that cannot be fetched, built or booted has no signature. */
  ask(candidate: Candidate): Promise<BisectStep>;
}
