import type { World } from '../../world/world';
import type { XdpSock } from '../../structs/xdp_sock';
import { xskDropSkb } from './xsk_build_skb';
import { skFreeXsk } from './xsk_destruct';

/** xsk_release(): drops a packet without its end, and frees the rings. The socket stays until its last skb is freed. */
export function xskRelease(world: World, xs: XdpSock): void {
  if (xs.skb !== null && world.rules.xskReleaseDropsPartial) xskDropSkb(world, xs, xs.skb);
  xs.closed = true;
  skFreeXsk(world, xs);
}
