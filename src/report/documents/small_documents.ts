import type { CampaignReport } from '../../campaign/campaign_types';
import type { Counts } from './counts';

/** `keep FILE NAME`. */
export interface KeepDocument {
  readonly file: string;
  /** The regression. */
  readonly path: string;
  /** The regression's expectation from now on: `clean`, or an invariant. */
  readonly expect: string;
}

/** `worker`: the work of this machine. */
export interface WorkerDocument {
  readonly interrupted: boolean;
  /** Calls that its processes executed. */
  readonly executed: number;
}

/** `report DIR`. */
export interface ReportDocument extends Counts {
  readonly files: readonly string[];
  readonly totals: CampaignReport['totals'];
}

/** `serve`: printed on stderr, because stdout has the protocol. */
export interface ServeDocument {
  /** Messages that were answered. */
  readonly answered: number;
}

/** `completion SHELL`. */
export interface CompletionDocument {
  readonly shell: string;
  /** To be evaluated by the shell. */
  readonly script: string;
}
