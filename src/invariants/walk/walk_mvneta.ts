import type { World } from '../../model/world/world';
import { walkFrame } from './walk_xdp';
import type { Holds } from './holds';

/** What a driver's rings hold: buffers of the pool, frames and skbs in flight with the driver's own mappings, delivered skbs. */
export function walkMvneta(world: World, holds: Holds): void {
  for (const port of world.systems.ports) {
    for (const desc of port.descs) if (desc.page !== null && desc.mapped) holds.page(desc.page, true);
    for (const buf of port.tx) {
      if (buf.frame !== null) walkFrame(buf.frame, holds);
      if (buf.skb !== null) holds.skb(buf.skb);
      // A kmalloc head has no page that anybody counts.
      if (buf.mapping !== null && buf.mapping.page.id !== 0) holds.mapping(buf.mapping);
    }
    for (const skb of port.delivered) holds.skb(skb);
  }
}
