import type { MvnetaPort } from '../model/structs/mvneta_port';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const MVNETA_COUNTERS: Invariant = {
  name: 'driver-counters',
  statement:
    "a driver's counters add up: each packet that its program saw is in one of xdp_pass, xdp_drop, xdp_tx, " +
    'xdp_tx_err, xdp_redirect, or failed to become a frame',
  source: 'mvneta_run_xdp, mvneta_xdp_xmit (6.1 and 6.12); ethtool -S in seed 003',
};

export function checkCounters(world: World): number {
  const { ports } = world.systems;
  for (const port of ports) {
    const { xdpPass, xdpDrop, xdpTx, xdpTxErr, xdpRedirect } = port.stats;
    const counted = xdpPass + xdpDrop + xdpTx + xdpTxErr + xdpRedirect + port.redirectErr + port.noFrame;
    if (counted !== port.seenByProgram)
      world.violate(
        'driver-counters',
        'port',
        `port#${port.id}: its program saw ${port.seenByProgram} packets, its counters say ${counted}`,
      );
    const buffers = port.occupied + port.nonOccupied;
    const held = port.descs.filter((desc, i) => desc.mapped && !awaitsRefill(port, i)).length;
    if (buffers !== held)
      world.violate(
        'driver-counters',
        'port',
        `port#${port.id}: ${port.occupied} descriptors wait and ${port.nonOccupied} are free of ` +
          `${port.ringSize}, ${held} have buffers`,
      );
  }
  return ports.length;
}

/**
 * True for a descriptor that the driver has looked at and not given back to the hardware yet. Such a descriptor may
 * still have a buffer: that of a frame with an error.
 */
function awaitsRefill(port: MvnetaPort, i: number): boolean {
  return (i - port.firstToRefill + port.ringSize) % port.ringSize < port.refillNum;
}
