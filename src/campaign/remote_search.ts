import type { CampaignCorpus } from './campaign_corpus';
import type { WorkerStatus } from './campaign_types';
import type { LeaseBroker } from './leases/lease_broker';

/** The parts of a campaign that a search on other machines uses. */
export interface RemoteEvents {
  /** True when the campaign is over. Running leases may end then, no other begins. */
  readonly over: () => boolean;
  readonly somethingNew: () => void;
  /** Its programs go out with leases. Programs that machines keep are added. */
  readonly corpus: CampaignCorpus;
}

/** A search on other machines. Leases go out, and results pass through the broker like results of this machine. */
export interface RemoteSearch {
  /** Resolves when the campaign is over and all running leases have come in or were given up. */
  run(broker: LeaseBroker, events: RemoteEvents): Promise<void>;
  statuses(): readonly WorkerStatus[];
}
