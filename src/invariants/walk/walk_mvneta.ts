import type { World } from '../../model/world/world';
import { holdMapping, holdPage, holdSkb } from './walk';
import { walkFrame } from './walk_xdp';

/**
 * The rings of a driver hold buffers of the pool, and frames and skbs in flight with the driver's own mappings. The
 * port also holds delivered skbs.
 */
export function walkPorts(world: World): void {
  for (const port of world.systems.ports) {
    for (const desc of port.descs) if (desc.page !== null && desc.mapped) holdPage(desc.page, true);
    for (const buf of port.tx) {
      if (buf.frame !== null) walkFrame(buf.frame);
      if (buf.skb !== null) holdSkb(buf.skb);
      // A kmalloc head has no page whose mappings are counted.
      if (buf.mapping !== null && buf.mapping.page.id !== 0) holdMapping(buf.mapping);
    }
    for (const skb of port.delivered) holdSkb(skb);
  }
}
