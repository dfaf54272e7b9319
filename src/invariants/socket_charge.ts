import type { Sock } from '../model/sock';
import type { World } from '../model/world';
import type { Invariant } from './invariant';

export const SOCKET_CHARGE: Invariant = {
  name: 'socket-charge',
  statement: 'sk_wmem_alloc and sk_rmem_alloc equal the sum of what charged skbs owe',
  source: 'skb_set_owner_w, sock_wfree, skb_set_owner_r, sock_rfree (6.1 and 6.12)',
  check(world) {
    for (const sock of world.socks) checkCharge(world, sock);
    return world.socks.length;
  },
};

export function checkCharge(world: World, sock: Sock): void {
  if (sock.wmemAlloc !== sock.seenWmem)
    world.violate(
      'socket-charge',
      'sock',
      `sock#${sock.id} has sk_wmem_alloc ${sock.wmemAlloc}, but its skbs owe ${sock.seenWmem}`,
    );
  if (sock.rmemAlloc !== sock.seenRmem)
    world.violate(
      'socket-charge',
      'sock',
      `sock#${sock.id} has sk_rmem_alloc ${sock.rmemAlloc}, but its skbs owe ${sock.seenRmem}`,
    );
}
