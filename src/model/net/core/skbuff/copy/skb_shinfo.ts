import { copyFrag } from '../frags/skb_frag';
import type { SkbData } from '../../../../structs/sk_buff';

/** memcpy of an skb_shared_info up to frags[nr_frags], without dataref, which the caller sets. Takes no references. */
export function copySharedInfo(to: SkbData, from: SkbData): void {
  to.flags = from.flags;
  to.nrFrags = from.nrFrags;
  to.gsoSize = from.gsoSize;
  to.gsoType = from.gsoType;
  to.gsoSegs = from.gsoSegs;
  to.uarg = from.uarg;
  to.destructorArg = from.destructorArg;
  to.xskAddrs = from.xskAddrs;
  to.fragList = from.fragList;
  for (let i = 0; i < from.nrFrags; i++) copyFrag(to, i, from, i);
}

/** skb_clone_fraglist(): adds a user to every member of the list. */
export function cloneFragList(data: SkbData): void {
  for (let member = data.fragList; member !== null; member = member.next) member.users++;
}
