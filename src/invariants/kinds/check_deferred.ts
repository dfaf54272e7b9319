import { DESTRUCTOR_NONE } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';

/**
 * "DEBUG_NET_WARN_ON_ONCE(skb->destructor)" of skb_attempt_defer_free: the socket may be freed before the other CPU
 * frees the skb.
 */
export function checkDeferred(world: World): number {
  const { deferred } = world.systems;
  for (const { skb } of deferred)
    if (skb.destructor !== DESTRUCTOR_NONE)
      world.violate(
        'socket-charge',
        'skb',
        `skb#${skb.id} waits to be freed by another CPU, and is still charged to a socket`,
      );
  return deferred.length;
}
