import { pageAddress } from '../../../../mm/page_alloc';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbHeadlen } from '../skbuff_inlines';

/**
 * Walks over the payload of an skb of any layout: the linear bytes, each frag, then each member of the frag_list in the
 * same way, recursively. It skips empty stretches. An object can be reused.
 *
 *   stretches.start(skb);
 *   while (stretches.next(world)) use(stretches.address, stretches.length);
 */
export class Stretches {
  /** The arena address of the bytes. */
  address = 0;
  length = 0;
  /** The skb that holds the bytes: the walked one or a member of a frag_list. */
  owner: SkBuff | null = null;
  /** Index of the frag, -1 for linear bytes. */
  frag = -1;
  /** For each frag_list that is being walked, its next member. */
  private readonly members: (SkBuff | null)[] = [];

  start(skb: SkBuff): void {
    this.members.length = 0;
    this.owner = skb;
    this.frag = -2;
  }

  next(world: World): boolean {
    while (this.owner !== null) {
      this.frag++;
      const data = this.owner.data;
      if (this.frag === -1) {
        this.address = data.head + this.owner.dataOffset;
        this.length = skbHeadlen(this.owner);
      } else if (this.frag < data.nrFrags) {
        const frag = data.frags[this.frag];
        this.address = pageAddress(world, frag.page) + frag.offset;
        this.length = frag.size;
      } else {
        this.length = 0;
        this.leaveOwner(data.fragList);
      }
      if (this.length > 0) return true;
    }
    return false;
  }

  private leaveOwner(fragList: SkBuff | null): void {
    this.members.push(fragList);
    this.owner = null;
    this.frag = -2;
    while (this.members.length > 0) {
      const member = this.members[this.members.length - 1];
      if (member !== null) {
        this.members[this.members.length - 1] = member.next;
        this.owner = member;
        return;
      }
      this.members.pop();
    }
  }
}
