import type { CampaignCorpus } from './campaign_corpus';
import type { WorkerStatus } from './campaign_types';
import type { LeaseBroker } from './leases/lease_broker';

/** What a search on other machines needs to know of its campaign. */
export interface RemoteEvents {
  /** The campaign is over: what is at hand may end, nothing else begins. */
  readonly over: () => boolean;
  readonly somethingNew: () => void;
  /** What goes out with leases, and what machines keep comes in. */
  readonly corpus: CampaignCorpus;
}

/** A search that other machines make: leases go out, and what comes back goes over the broker as if it came from here. */
export interface RemoteSearch {
  /** Until it is over, and what was at hand has come in or is let go of. */
  run(broker: LeaseBroker, events: RemoteEvents): Promise<void>;
  statuses(): readonly WorkerStatus[];
}
