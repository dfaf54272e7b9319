import { skPageFragFree } from './sk_page_frag';
import type { Sock } from '../../../structs/sock';
import type { World } from '../../../world/world';
import { xskDestruct } from '../../xdp/xsk_destruct';

/** sk_free() by the user: drops the socket's own share of sk_wmem_alloc. skbs in flight keep the socket alive. */
export function skFree(world: World, sk: Sock): void {
  sk.self = 0;
  sk.wmemAlloc--;
  if (sk.wmemAlloc === 0) skDestruct(world, sk);
}

/** __sk_free(), once the last skb was freed. */
export function skDestruct(world: World, sk: Sock): void {
  if (sk.xsk !== null) {
    xskDestruct(world, sk);
    return;
  }
  sk.freed = true;
  skPageFragFree(world, sk);
  world.remove(world.socks, sk);
}
