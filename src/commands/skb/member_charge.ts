import type { SkBuff } from '../../model/structs/sk_buff';
import type { Before } from '../command';

/** The call's second skb joined the frag_list of `head`, which is charged for it from now on. */
export function chargeForMember(head: SkBuff, member: SkBuff, { secondExpected }: Before<unknown>): void {
  head.expectedTruesize += secondExpected;
  head.truesizeDebt += member.truesizeDebt;
  member.truesizeInList = secondExpected;
}
