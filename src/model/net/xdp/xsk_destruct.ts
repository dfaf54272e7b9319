import type { Sock } from '../../structs/sock';
import type { Umem } from '../../structs/umem';
import type { World } from '../../world/world';
import type { XdpSock } from '../../structs/xdp_sock';

/** sk_free() of an AF_XDP socket: drops the socket's own share of sk_wmem_alloc. The skbs under way keep the socket. */
export function skFreeXsk(world: World, xs: XdpSock): void {
  xs.sk.self = 0;
  xs.sk.wmemAlloc--;
  if (xs.sk.wmemAlloc === 0) xskDestruct(world, xs.sk);
}

/**
 * xsk_destruct(), once the last skb is freed. (The kernel does the rest later, after a grace period and from a worker.)
 */
export function xskDestruct(world: World, sk: Sock): void {
  const xs = sk.xsk as XdpSock;
  xs.freed = true;
  world.remove(world.socks, sk);
  world.removeSystem(world.systems.xdpSocks, xs);
  const { umem } = xs;
  umem.sockets.splice(umem.sockets.indexOf(xs), 1);
  if (umem.sockets.length === 0) umem.dead = true;
  forgetUmem(world, umem);
}

/** Removes the umem after the user has unmapped it and the last socket was destroyed. */
export function forgetUmem(world: World, umem: Umem): void {
  if (umem.freed && umem.sockets.length === 0) world.removeSystem(world.systems.umems, umem);
}
