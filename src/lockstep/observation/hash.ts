import { hashBytes } from '../../protocol/digest';
import type { World } from '../../model/world/world';
import { type SkBuff } from '../../model/structs/sk_buff';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

/** Hashes the payload as it lies in memory, stretch by stretch. */
export function hashSkb(world: World, skb: SkBuff, seed: number): number {
  const data = skb.data;
  let h = hashStretch(world, seed, data.head + skb.dataOffset, skbHeadlen(skb));
  for (let i = 0; i < data.nrFrags; i++)
    h = hashStretch(world, h, data.frags[i].page.address + data.frags[i].offset, data.frags[i].size);
  for (let member = data.fragList; member !== null; member = member.next) h = hashSkb(world, member, h);
  return h;
}

export function hashStretch(world: World, seed: number, address: number, length: number): number {
  return hashBytes(world.memory, seed, address, length);
}
