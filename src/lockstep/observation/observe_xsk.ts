import type { NetDev } from '../../model/structs/netdev';
import { completionRingIsOpen, type Umem } from '../../model/structs/umem';
import type { HandleObject, World } from '../../model/world/world';
import type { XdpSock } from '../../model/structs/xdp_sock';
import { NETDEV_ROW, UMEM_RING_ROW, XSK_ROW } from '../../protocol/words/xsk';
import type { ObservationWords } from './observation_words';

export const XSK_OBSERVERS = { netdev: observeNetdev, umem: observeUmem, xsk: observeXsk };

const TWO_TO_32 = 2 ** 32;

function observeNetdev(out: ObservationWords, world: World, object: HandleObject): void {
  const { neededHeadroom, neededTailroom, noLinear, mode, held } = object as NetDev;
  out
    .row(NETDEV_ROW)
    .put('needed_headroom', neededHeadroom)
    .put('needed_tailroom', neededTailroom)
    .put('no_linear', noLinear ? 1 : 0)
    .put('mode', mode)
    .put('held', held.length)
    .end();
  for (const skb of held) {
    out.makeRoom();
    out.skb(world, skb);
  }
}

/** The last socket frees the completion ring. The user's pages remain until the user unmaps them. */
function observeUmem(out: ObservationWords, world: World, object: HandleObject): void {
  const umem = object as Umem;
  const { cq } = umem;
  const open = completionRingIsOpen(umem);
  out.word(open ? 1 : 0);
  if (open) {
    out.row(UMEM_RING_ROW).put('producer', cq.producer).put('consumer', cq.consumer).end();
    for (let i = cq.consumer; i < cq.producer; i++) {
      out.word(cq.slot(i) % TWO_TO_32);
      out.word(Math.floor(cq.slot(i) / TWO_TO_32));
    }
  }
  out.word(umem.pages.length);
  for (const page of umem.pages) out.page(world, page);
}

/** The user's view of its rings, and of getsockopt(XDP_STATISTICS). */
function observeXsk(out: ObservationWords, _world: World, object: HandleObject): void {
  const { sk, tx } = object as XdpSock;
  out
    .row(XSK_ROW)
    .put('sk_wmem_alloc', sk.wmemAlloc)
    .put('producer', tx.producer)
    .put('consumer', tx.consumer)
    .put('invalid_descs', tx.invalidDescs)
    .put('ring_empty_descs', tx.queueEmptyDescs)
    .end();
}
