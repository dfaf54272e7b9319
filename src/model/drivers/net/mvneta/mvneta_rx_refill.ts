import { pagePoolAllocPages } from '../../../net/core/page_pool/page_pool_alloc';
import type { PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';
import type { MvnetaPort, RxDesc } from '../../../structs/mvneta_port';

/** Descriptors that one call of mvneta_rx_refill_queue looks at. */
const REFILL_MAX = 64;

/** mvneta_rx_refill(): gives a descriptor a page of the pool. Returns false for -ENOMEM. */
export function mvnetaRxRefill(world: World, port: MvnetaPort, desc: RxDesc): boolean {
  const page = pagePoolAllocPages(world, port.pool as PagePool);
  if (page === null) return false;
  desc.page = page;
  desc.mapped = true;
  desc.status = 0;
  desc.dataSize = 0;
  desc.written = [];
  return true;
}

/**
 * mvneta_rx_refill_queue(): returns how many descriptors it gave back to the hardware. A descriptor keeps a buffer that
 * was not used.
 */
export function mvnetaRxRefillQueue(world: World, port: MvnetaPort): number {
  let current = port.firstToRefill;
  let done = 0;
  for (; done < port.refillNum && done < REFILL_MAX; done++) {
    const desc = port.descs[current];
    if (!desc.mapped && !mvnetaRxRefill(world, port, desc)) {
      port.stats.refillError++;
      // mvpp2 gave the buffer to the hardware again, whoever has it by now.
      if (!world.rules.driverRefillsBeforeProgram && desc.page !== null) desc.mapped = true;
      break;
    }
    current = (current + 1) % port.ringSize;
  }
  port.refillNum -= done;
  port.firstToRefill = current;
  return done;
}
