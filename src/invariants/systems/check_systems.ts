import type { World } from '../../model/world/world';
import { checkDeferred } from './check_deferred';
import { checkChainedLinear, checkChainedOwners, checkNapis } from './check_napis';
import { checkUmemAddresses } from './check_umem_dma';
import { DMA_ADDRESS_KEPT } from '../dma_address_kept';
import type { Invariant } from '../invariant';
import { DRIVER_COUNTERS_CHECK } from './mvneta_counters';
import { SPLICE_CHECKS } from './check_splice';
import { XDP_CHECKS } from './check_xdp';
import { GEOMETRY } from '../geometry';
import { RING_BOUNDS } from '../ring_bounds';
import { SOCKET_CHARGE } from '../socket_charge';
import { NO_SHARED_WRITE } from '../no_shared_write';
import { checkUserWrites } from '../no_shared_write_umem';
import { checkCompletion, XSK_COMPLETION } from '../xsk_completion';
import type { SystemCheck } from './system_check';

/** In any order: each is asked with its invariant. */
const SYSTEM_CHECKS: readonly SystemCheck[] = [
  // By system.
  ...XDP_CHECKS,
  DRIVER_COUNTERS_CHECK,
  ...SPLICE_CHECKS,
  { invariant: RING_BOUNDS, check: checkNapis },
  { invariant: SOCKET_CHARGE, check: checkChainedOwners },
  { invariant: SOCKET_CHARGE, check: checkDeferred },
  { invariant: GEOMETRY, check: checkChainedLinear },
  { invariant: DMA_ADDRESS_KEPT, check: checkUmemAddresses },
  { invariant: XSK_COMPLETION, check: checkCompletion },
  { invariant: NO_SHARED_WRITE, check: checkUserWrites },
];

/** All that an invariant says about the systems. */
export function checkSystemsFor(world: World, invariant: Invariant): number {
  let checked = 0;
  for (const one of SYSTEM_CHECKS) if (one.invariant === invariant) checked += one.check(world);
  return checked;
}

/** @returns the invariants that could have failed, as bits of `bitOf` */
export function quickCheckSystems(world: World, bitOf: (invariant: Invariant) => number): number {
  let could = 0;
  for (const one of SYSTEM_CHECKS) if (one.check(world) > 0) could |= bitOf(one.invariant);
  return could;
}
