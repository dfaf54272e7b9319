import {
  DESTRUCTOR_NONE,
  SKB_FCLONE_CLONE,
  SKB_FCLONE_ORIG,
  SKB_FCLONE_UNAVAILABLE,
  SkBuff,
  type SkbData,
} from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** Adds a struct sk_buff without a head to the world's list. */
export function newSkBuff(world: World): SkBuff {
  world.work.skbAllocs++;
  return enlist(world, new SkBuff());
}

/** Returns a new sk_buff with room for its clone behind it (struct sk_buff_fclones). */
export function newFcloneSkBuff(world: World): SkBuff {
  const orig = newSkBuff(world);
  orig.fclone = SKB_FCLONE_ORIG;
  orig.fclones = { ref: 1 };
  return orig;
}

/**
 * Makes the second half of the pair an sk_buff. Each use makes a new object, so a stale pointer to the last one points
 * to a freed skb.
 */
export function takeCompanion(world: World, orig: SkBuff): SkBuff {
  const clone = new SkBuff();
  clone.fclone = SKB_FCLONE_CLONE;
  clone.fclones = orig.fclones = { ref: 2 };
  return enlist(world, clone);
}

/** kfree_skbmem(): frees the struct. The memory of a pair is freed with the last of the two. */
export function kfreeSkbmem(world: World, skb: SkBuff): void {
  // A freed half must not be reached even while its memory stays for the other half, so the model frees each at once.
  if (skb.fclone !== SKB_FCLONE_UNAVAILABLE && skb.fclones !== null) skb.fclones.ref--;
  freeStruct(world, skb);
}

/** kmem_cache_free(skbuff_cache, skb), also napi_skb_cache_put(). */
export function freeStruct(world: World, skb: SkBuff): void {
  world.touchSkb(skb);
  skb.freed = true;
  skb.next = null;
  world.remove(world.skbs, skb);
}

/** Returns false, and records a violation, when the sk_buff or its head was freed before. */
export function skbAlive(world: World, skb: SkBuff, user: string): boolean {
  if (!skb.freed && !skb.data.freed) return true;
  world.violate(
    'no-use-after-free',
    'skb',
    `${user} on skb#${skb.id}, ${skb.freed ? 'which was freed' : 'whose head was freed'}`,
  );
  return false;
}

/** __finalize_skb_around(): sets up a new sk_buff around a head, whose new shared_info is already clear. */
export function finalizeSkbAround(world: World, skb: SkBuff, data: SkbData): void {
  skb.data = data;
  skb.truesize = data.end + world.abi.skBuffSize + world.abi.sharedInfoSize;
  skb.users = 1;
  skb.dataOffset = 0;
  skb.tail = 0;
  world.touchSkb(skb);
}

function enlist(world: World, skb: SkBuff): SkBuff {
  skb.id = world.newId();
  skb.users = 1;
  skb.sk = null;
  skb.destructor = DESTRUCTOR_NONE;
  skb.next = null;
  world.add(world.skbs, skb);
  world.touchSkb(skb);
  return skb;
}
