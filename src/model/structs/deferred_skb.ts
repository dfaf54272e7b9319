import type { SkBuff } from './sk_buff';

/** An skb on softnet_data.defer_list of the CPU that allocated it, which frees it later. */
export interface DeferredSkb {
  readonly skb: SkBuff;
  index: number;
}
