import { skPageFragFree } from './sk_page_frag';
import type { Sock } from '../../../structs/sock';
import type { World } from '../../../world/world';

/** sock_put(): the last reference frees the socket (sk_free, __sk_destruct). */
export function sockPut(world: World, sk: Sock): void {
  sk.refcnt--;
  if (sk.refcnt !== 0) return;
  sk.destruct?.(world as never, sk);
  skPageFragFree(world, sk);
  world.remove(world.socks, sk);
}
