import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** skb_reserve(): adds headroom to an empty skb. */
export function skbReserve(world: World, skb: SkBuff, len: number): void {
  skb.dataOffset += len;
  skb.tail += len;
  world.touchSkb(skb);
}

/** skb_put(). Returns the arena address of the new bytes. */
export function skbPut(world: World, skb: SkBuff, len: number): number {
  const address = skb.data.head + skb.tail;
  skb.tail += len;
  skb.len += len;
  world.touchSkb(skb);
  return address;
}

/** skb_push(). Returns the arena address of the new bytes. */
export function skbPush(world: World, skb: SkBuff, len: number): number {
  skb.dataOffset -= len;
  skb.len += len;
  world.touchSkb(skb);
  return skb.data.head + skb.dataOffset;
}

/** skb_pull(), for len <= headlen. */
export function skbPull(world: World, skb: SkBuff, len: number): void {
  skb.dataOffset += len;
  skb.len -= len;
  world.touchSkb(skb);
}

/** skb_trim() of a linear skb. */
export function skbTrim(world: World, skb: SkBuff, len: number): void {
  if (skb.len <= len) return;
  skb.len = len;
  skb.tail = skb.dataOffset + len;
  world.touchSkb(skb);
}
