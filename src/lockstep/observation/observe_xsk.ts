import type { NetDev } from '../../model/structs/netdev';
import { completionRingIsOpen, type Umem } from '../../model/structs/umem';
import type { HandleObject, World } from '../../model/world/world';
import type { XdpSock } from '../../model/structs/xdp_sock';
import type { Observer } from './observe';

const TWO_TO_32 = 2 ** 32;

export function observeNetdev(observer: Observer, world: World, object: HandleObject): void {
  const { neededHeadroom, neededTailroom, noLinear, mode, held } = object as NetDev;
  observer.word(neededHeadroom);
  observer.word(neededTailroom);
  observer.word(noLinear ? 1 : 0);
  observer.word(mode);
  observer.word(held.length);
  for (const skb of held) {
    observer.makeRoom();
    observer.skb(world, skb);
  }
}

/** The completion ring goes with the last socket; the user's pages are there until the user unmaps them. */
export function observeUmem(observer: Observer, world: World, object: HandleObject): void {
  const umem = object as Umem;
  const { cq } = umem;
  const open = completionRingIsOpen(umem);
  observer.word(open ? 1 : 0);
  if (open) {
    observer.word(cq.producer);
    observer.word(cq.consumer);
    for (let i = cq.consumer; i < cq.producer; i++) {
      observer.word(cq.slot(i) % TWO_TO_32);
      observer.word(Math.floor(cq.slot(i) / TWO_TO_32));
    }
  }
  observer.word(umem.pages.length);
  for (const page of umem.pages) observer.page(world, page);
}

/** What the user sees of its rings, and of getsockopt(XDP_STATISTICS). */
export function observeXsk(observer: Observer, _world: World, object: HandleObject): void {
  const { sk, tx } = object as XdpSock;
  observer.word(sk.wmemAlloc);
  observer.word(tx.producer);
  observer.word(tx.consumer);
  observer.word(tx.invalidDescs);
  observer.word(tx.queueEmptyDescs);
}
