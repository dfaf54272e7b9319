import { putPage } from '../../mm/page_alloc';
import { kfreeSkb } from '../core/skbuff/free/skb_free';
import type { SkBuff } from '../../structs/sk_buff';
import { skbSetOwnerR } from '../core/sock/sock_charge';
import type { World } from '../../world/world';
import { COPYBUF_BYTES, UserMapping } from '../../structs/user_mapping';

/** mmap() of a new TCP socket's file. */
export function tcpMmap(world: World, pages: number): UserMapping {
  const mapping = new UserMapping();
  mapping.id = world.newId();
  mapping.sk.id = world.newId();
  world.add(world.socks, mapping.sk);
  mapping.copybuf = world.memory.alloc(COPYBUF_BYTES);
  for (let i = 0; i < pages; i++) {
    mapping.pages.push(null);
    mapping.payloads.push([]);
  }
  touchMapping(world, mapping);
  return world.addSystem(world.systems.userMappings, mapping);
}

export function touchMapping(world: World, mapping: UserMapping): void {
  mapping.touchedId = world.newId();
}

/** The end of tcp_queue_rcv() without coalescing: charges the skb to the socket, where it waits for a reader. */
export function tcpQueueRcv(world: World, mapping: UserMapping, skb: SkBuff): void {
  touchMapping(world, mapping);
  skbSetOwnerR(world, skb, mapping.sk);
  mapping.queue.push(skb);
}

/** tcp_inq(): returns the number of waiting bytes. */
export function tcpInq(mapping: UserMapping): number {
  let bytes = -mapping.consumed;
  for (const skb of mapping.queue) bytes += skb.len;
  return bytes;
}

/** zap_page_range(): unmaps pages [from, to) of the mapping and drops their references. */
export function zapPages(world: World, mapping: UserMapping, from: number, to: number): void {
  touchMapping(world, mapping);
  for (let i = from; i < to; i++) {
    const page = mapping.pages[i];
    if (page === null) continue;
    mapping.pages[i] = null;
    world.touchPage(page);
    if (world.rules.zapPutsPage) putPage(world, page);
  }
}

/** munmap() and close(): drop the mapped pages and the skbs that wait in the queue. */
export function tcpClose(world: World, mapping: UserMapping): void {
  zapPages(world, mapping, 0, mapping.pages.length);
  for (const skb of mapping.queue) kfreeSkb(world, skb);
  mapping.queue.length = 0;
  mapping.freed = true;
  world.memory.free(mapping.copybuf, COPYBUF_BYTES);
  world.remove(world.socks, mapping.sk);
  world.removeSystem(world.systems.userMappings, mapping);
}
