import { Napi } from '../../../structs/napi';
import { napiFreeFrags } from './napi_gro_receive';
import { kfreeSkb } from '../skbuff/free/skb_free';
import type { World } from '../../../world/world';

/** netif_napi_add(), on a device of its own. */
export function netifNapiAdd(world: World): Napi {
  const napi = new Napi();
  napi.id = world.newId();
  world.addSystem(world.systems.napis, napi);
  return napi;
}

/**
 * netif_napi_del(): drops the packets that GRO still holds. It leaves the packets on rx_list alone,
 * and no counter mentions them.
 */
export function netifNapiDel(world: World, napi: Napi): void {
  napiFreeFrags(world, napi);
  for (const bucket of napi.groHash) {
    for (const skb of bucket.list) kfreeSkb(world, skb);
    bucket.list.length = 0;
    bucket.count = 0;
  }
  napi.groBitmask = 0;
  napi.freed = true;
  world.removeSystem(world.systems.napis, napi);
}
