import { consumeSkb } from './skb_free';
import { DESTRUCTOR_NONE, type SkBuff } from '../../../../structs/sk_buff';
import { sockRfree } from '../../sock/sock_charge';
import type { World } from '../../../../world/world';

/** tcp_eat_recv_skb() (net/ipv4/tcp.c, 6.1 and 6.12): the reader consumed the skb, which another CPU allocated. */
export function tcpEatRecvSkb(world: World, skb: SkBuff): void {
  if (world.rules.deferFreeOrphansBefore) {
    sockRfree(world, skb);
    skb.destructor = DESTRUCTOR_NONE;
    skb.sk = null;
  }
  skbAttemptDeferFree(world, skb);
}

/** skb_attempt_defer_free() (6.1 and 6.12). Its DEBUG_NET_WARN_ON_ONCE(skb->destructor) is an invariant of the list. */
function skbAttemptDeferFree(world: World, skb: SkBuff): void {
  world.touchSkb(skb);
  world.addSystem(world.systems.deferred, { skb, index: 0 });
}

/** skb_defer_free_flush() (net/core/dev.c, 6.1 and 6.12): frees the newest first. */
export function skbDeferFreeFlush(world: World): void {
  const { deferred } = world.systems;
  while (deferred.length > 0) {
    const last = deferred[deferred.length - 1];
    world.removeSystem(deferred, last);
    consumeSkb(world, last.skb);
  }
}
