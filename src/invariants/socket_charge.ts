import { SKBFL_PURE_ZEROCOPY } from '../model/structs/sk_buff';
import type { Sock } from '../model/structs/sock';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const SOCKET_CHARGE: Invariant = {
  name: 'socket-charge',
  statement:
    'sk_wmem_alloc and sk_rmem_alloc equal the sum of what charged skbs owe; sk_wmem_queued and the used ' +
    'forward allocation equal what the write queue owes',
  source: 'skb_set_owner_w, sock_wfree, skb_set_owner_r, sock_rfree, tcp_skb_entail, tcp_wmem_free_skb (6.1 and 6.12)',
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
  if (sock.wmemQueued !== 0 || sock.memCharged !== 0 || sock.writeQueue.length > 0) checkQueue(world, sock);
}

/**
 * A pure zerocopy skb owes its head alone: user pages are accounted to the process (tcp_wmem_free_skb, 9b65b17db723).
 */
function checkQueue(world: World, sock: Sock): void {
  let queued = 0;
  let charged = 0;
  for (const { truesize, data } of sock.writeQueue) {
    queued += truesize;
    const pure = (data.flags & SKBFL_PURE_ZEROCOPY) !== 0;
    charged += pure ? data.end + world.abi.skBuffSize + world.abi.sharedInfoSize : truesize;
  }
  if (sock.wmemQueued !== queued || sock.memCharged !== charged)
    world.violate(
      'socket-charge',
      'sock',
      `sock#${sock.id} has sk_wmem_queued ${sock.wmemQueued} and ${sock.memCharged} bytes taken, but its queue ` +
        `owes ${queued} and ${charged}`,
    );
}
