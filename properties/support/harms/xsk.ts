import type { Umem } from '../../../src/model/structs/umem';
import type { World } from '../../../src/model/world/world';
import { harmsTo, type Harm } from './harm';

/** User memory in a frag, in flight in an skb that the driver gave back. */
export const SENT = `netdev1 = netdev_add(no_linear: 1)
umem1 = xdp_umem_reg(chunks: 4, chunk_size: 2048, entries: 8)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 8)
umem_write(umem: umem1, addr: 4096, len: 2048)
xsk_tx_desc(xsk: xsk1, addr: 4196, len: 60)
xsk_sendto(xsk: xsk1)
skb1 = netdev_tx_next(netdev: netdev1)
`;
const HELD = SENT.split('\n').slice(0, -2).join('\n') + '\n';
const PARTIAL = `netdev1 = netdev_add()
umem1 = xdp_umem_reg(chunks: 1, chunk_size: 2048, entries: 2)
umem_write(umem: umem1, len: 1)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 2)
xsk_tx_desc(xsk: xsk1, len: 1, options: 1)
xsk_sendto(xsk: xsk1)
`;
export const DMA = `device1 = device_add()
umem1 = xdp_umem_reg(chunks: 4, chunk_size: 2048, entries: 1)
xp_dma_map(umem: umem1, device: device1)
xp_dma_map(umem: umem1, device: device1, queue: 1)
`;
export const UMEM = 'umem1 = xdp_umem_reg(chunks: 4, chunk_size: 2048, entries: 1)\n';

const umem = (w: World): Umem => w.systems.umems[0];
const at = (w: World, offset: number): number => umem(w).pages[offset >> 12].address + (offset & 4095);
const writes = (w: World, address: number, length: number): void => {
  w.beginCommand(0, 0);
  w.memory.writes.push(0, 1, address, length);
};

/** AF_XDP. */
export const XSK_HARMS: readonly Harm[] = [
  ...harmsTo('no-shared-write', SENT, {
    'the first byte of user memory that an skb sends is written': (w) => writes(w, at(w, 4196), 1),
    'the last byte of user memory that an skb sends is written': (w) => writes(w, at(w, 4255), 1),
    'a write runs into user memory that an skb sends': (w) => writes(w, at(w, 4100), 97),
  }),
  ...harmsTo('', SENT, {
    'the byte in front of the bytes that an skb sends is written': (w) => writes(w, at(w, 4195), 1),
    'the byte behind the bytes that an skb sends is written': (w) => writes(w, at(w, 4256), 1),
    'another page of the same memory is written': (w) => writes(w, at(w, 100), 60),
    'a write ends where user memory begins': (w) => writes(w, at(w, 4096) - 1, 1),
    'a slot is reserved and published': (w) => {
      umem(w).cq.cachedProd++;
      umem(w).cq.producer++;
    },
    'the completion ring is full': (w) => {
      umem(w).cq.producer = 7;
      umem(w).cq.cachedProd = 8;
    },
    'a descriptor was taken and completed': (w) => {
      w.systems.xdpSocks[0].tx.cachedCons++;
      w.systems.xdpSocks[0].completed++;
    },
    'a descriptor was taken and discarded': (w) => {
      w.systems.xdpSocks[0].tx.cachedCons++;
      w.systems.xdpSocks[0].discarded++;
    },
    'a descriptor describes exactly the bytes that are sent': (w) => {
      const { tx } = w.skbs[0];
      if (tx !== null) tx.descs[0] = { addr: 4196, len: 60, options: 0 };
    },
  }),
  ...harmsTo('xsk-completion', SENT, {
    'more is completed than was taken': (w) => w.systems.xdpSocks[0].completed++,
    'more is discarded than was taken': (w) => w.systems.xdpSocks[0].discarded++,
    'more is used than the completion ring has slots': (w) => {
      umem(w).cq.producer = 8;
      umem(w).cq.cachedProd = 9;
    },
    'more was read than was published': (w) => (umem(w).cq.consumer = 1),
    'a byte is sent that no descriptor has': (w) => {
      const { tx } = w.skbs[0];
      if (tx !== null) tx.descs[0] = { addr: 4196, len: 59, options: 0 };
    },
    'the first byte that is sent is of no descriptor': (w) => {
      const { tx } = w.skbs[0];
      if (tx !== null) tx.descs[0] = { addr: 4197, len: 60, options: 0 };
    },
  }),
  ...harmsTo(
    'xsk-completion',
    SENT,
    {
      'an skb forgets its descriptors': (w) => (w.skbs[0].tx = null),
    },
    { times: 3 },
  ),
  ...harmsTo('page-refcount', SENT, {
    'the mapping of the user holds no reference': (w) => umem(w).pages[0].refcount--,
  }),
  ...harmsTo(
    'page-refcount',
    UMEM,
    {
      'user memory that is unmapped is held still': (w) => (umem(w).freed = true),
    },
    { times: 2 },
  ),
  ...harmsTo('skb-users', HELD, { 'an skb that a device holds has another user': (w) => w.skbs[0].users++ }),
  ...harmsTo('skb-users', PARTIAL, { 'a packet whose end is to come has another user': (w) => w.skbs[0].users++ }),
  ...harmsTo('dma-mapped-once', DMA, { 'a page of a umem is not mapped': (w) => umem(w).pages[1].mappings-- }),
  ...harmsTo('dma-address-kept', DMA, {
    'a queue knows another address of its first page': (w) => {
      (umem(w).poolDmaPages as (readonly number[])[])[1] = [0x9000, (umem(w).poolDmaPages[1] as number[])[1]];
    },
    'a queue knows another address of its last page': (w) => {
      (umem(w).poolDmaPages as (readonly number[])[])[0] = [(umem(w).poolDmaPages[0] as number[])[0], 0x9000];
    },
    'a queue knows pages that are not there': (w) => {
      (umem(w).poolDmaPages as (readonly number[])[])[0] = [...(umem(w).poolDmaPages[0] as number[]), 0x9000];
    },
  }),
  ...harmsTo('', DMA, {
    'the bits of an address within its page say that the next page follows': (w) => {
      (umem(w).poolDmaPages as (readonly number[])[])[0] = (umem(w).poolDmaPages[0] as number[]).map(
        (one) => one + 1 - (one % 2),
      );
    },
  }),
  ...harmsTo(
    'dma-mapped-once, dma-address-kept',
    DMA,
    {
      'the mapping that the queues know was undone': (w) => (umem(w).dmaMap = null),
    },
    { times: 4 },
  ),
];
