import { mix } from '../../protocol/digest';
import type { World } from '../../model/world/world';
import { type SkBuff } from '../../model/structs/sk_buff';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

/** Hash of the payload as it lies in memory, stretch by stretch. */
export function hashSkb(world: World, skb: SkBuff, seed: number): number {
  const data = skb.data;
  let h = hashStretch(world, seed, data.head + skb.dataOffset, skbHeadlen(skb));
  for (let i = 0; i < data.nrFrags; i++)
    h = hashStretch(world, h, data.frags[i].page.address + data.frags[i].offset, data.frags[i].size);
  for (let member = data.fragList; member !== null; member = member.next) h = hashSkb(world, member, h);
  return h;
}

export function hashStretch(world: World, seed: number, address: number, length: number): number {
  const { bytes, view } = world.memory;
  let h = mix(seed, length);
  let at = address;
  const end = address + length;
  for (; at + 4 <= end; at += 4) h = mix(h, view.getInt32(at, true));
  if (at < end) {
    let word = 0;
    for (let shift = 0; at < end; at++, shift += 8) word |= bytes[at] << shift;
    h = mix(h, word);
  }
  return h;
}
