import type { NetDev } from '../../model/structs/netdev';
import { completionRingIsOpen, type Umem } from '../../model/structs/umem';
import type { HandleObject, World } from '../../model/world/world';
import type { XdpSock } from '../../model/structs/xdp_sock';
import { NETDEV_ROW, UMEM_RING_ROW, XSK_ROW } from '../../protocol/words/xsk';
import type { ObservationWords } from './observation_words';
import { rowWriter } from './row_writer';

const writeNetdev = rowWriter(NETDEV_ROW);
const writeUmemRing = rowWriter(UMEM_RING_ROW);
const writeXsk = rowWriter(XSK_ROW);

export const XSK_OBSERVERS = { netdev: observeNetdev, umem: observeUmem, xsk: observeXsk };

const TWO_TO_32 = 2 ** 32;

function observeNetdev(out: ObservationWords, world: World, object: HandleObject): void {
  const { neededHeadroom, neededTailroom, noLinear, mode, held } = object as NetDev;
  writeNetdev(out, {
    needed_headroom: neededHeadroom,
    needed_tailroom: neededTailroom,
    no_linear: noLinear ? 1 : 0,
    mode,
    held: held.length,
  });
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
    writeUmemRing(out, { producer: cq.producer, consumer: cq.consumer });
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
  writeXsk(out, {
    sk_wmem_alloc: sk.wmemAlloc,
    producer: tx.producer,
    consumer: tx.consumer,
    invalid_descs: tx.invalidDescs,
    ring_empty_descs: tx.queueEmptyDescs,
  });
}
