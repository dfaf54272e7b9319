import { skDestruct } from './sk_destruct';
import type { SkBuff } from '../../../structs/sk_buff';
import type { Sock } from '../../../structs/sock';
import type { World } from '../../../world/world';

/** sock_wfree(): uncharges the present truesize, even if another one was charged. */
export function sockWfree(world: World, skb: SkBuff): void {
  const sk = skb.sk as Sock;
  sk.wmemAlloc -= skb.truesize;
  // The socket itself holds 1. Below that the kernel's refcount would free the socket, or underflow and WARN.
  if (sk.wmemAlloc < sk.self) {
    world.violate(
      'socket-charge',
      'sock',
      `sock#${sk.id} has sk_wmem_alloc ${sk.wmemAlloc} after sock_wfree of skb#${skb.id} with truesize ${skb.truesize}`,
    );
  }
  if (sk.self === 0 && sk.wmemAlloc === 0) skDestruct(world, sk);
}
