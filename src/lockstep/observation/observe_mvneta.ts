import type { SystemKind } from '../../model/world/systems';
import type { World } from '../../model/world/world';
import type { Observer } from './observe';
import type { SystemObserver } from './system_observer';
import { TX_SKB, type MvnetaPort } from '../../model/structs/mvneta_port';

/** The same words as kernel/skbcheck_driver_observe.c writes. */
export const MVNETA_OBSERVERS: Partial<Record<SystemKind, SystemObserver>> = {
  port(observer, world, object) {
    const port = object as MvnetaPort;
    observer.word(port.running ? 1 : 0);
    observer.word(port.prog);
    observer.word(port.mtu);
    observer.word(port.occupied);
    observer.word(port.nonOccupied);
    observer.word(port.refillNum);
    stats(observer, port);
    ring(observer, world, port);
    inFlight(observer, world, port);
    observer.word(port.delivered.length);
    for (const skb of port.delivered) {
      observer.makeRoom();
      observer.skb(world, skb);
    }
  },
};

function stats(observer: Observer, { stats }: MvnetaPort): void {
  for (const count of [
    ...[stats.rxPackets, stats.rxBytes, stats.txPackets, stats.txBytes, stats.xdpRedirect, stats.xdpPass],
    ...[stats.xdpDrop, stats.xdpXmit, stats.xdpXmitErr, stats.xdpTx, stats.xdpTxErr, stats.skbAllocError],
    ...[stats.refillError, stats.rxDropped, stats.txDropped],
  ])
    observer.word(count);
}

/** Every descriptor that has a buffer, in order of the ring. */
function ring(observer: Observer, world: World, port: MvnetaPort): void {
  observer.word(port.descs.length);
  for (const desc of port.descs) {
    if (desc.page === null || !desc.mapped) observer.word(0);
    else {
      observer.makeRoom();
      observer.page(world, desc.page);
    }
  }
}

function inFlight(observer: Observer, world: World, port: MvnetaPort): void {
  observer.word(port.tx.length);
  for (const buf of port.tx) {
    observer.makeRoom();
    observer.word(buf.type);
    observer.word(buf.size);
    if (buf.type === TX_SKB) {
      observer.word(buf.skb === null ? 0 : 1);
      if (buf.skb !== null) observer.skb(world, buf.skb);
    } else {
      observer.word(buf.frame === null ? 0 : 1);
      if (buf.frame !== null) observer.page(world, buf.frame.page);
    }
  }
}
