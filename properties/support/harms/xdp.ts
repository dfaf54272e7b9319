import type { XdpFrag } from '../../../src/model/structs/xdp_shared_info';
import type { World } from '../../../src/model/world/world';
import { harmsTo, type Harm } from './harm';
import type { CpuMapEntry } from '../../../src/model/structs/cpu_map_entry';
import type { MvnetaPort } from '../../../src/model/structs/mvneta_port';
import { XDP_FRAME_SIZE, type XdpBuff } from '../../../src/model/structs/xdp_buff';
import type { XdpFrame } from '../../../src/model/structs/xdp_frame';

const BUFF = `rxq1 = xdp_rxq_info_reg(frag_size: 2048)
page1 = alloc_pages()
device_write(page: page1, len: 4096)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 256, len: 100)
`;
const META = `${BUFF}bpf_xdp_adjust_meta(xdp: xdp1, offset: -8)\n`;
export const FRAGS = `${BUFF}page2 = alloc_pages()
device_write(page: page2, len: 64)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 33)
page3 = alloc_pages()
device_write(page: page3, len: 64)
xdp_buff_add_frag(xdp: xdp1, page: page3, offset: 8, size: 21)
`;
export const FRAME = `${FRAGS}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\n`;
export const SYNCED = `pool1 = page_pool_create(pool_size: 16, flags: dma_map|dma_sync_dev, dma_dir: bidirectional)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 4096)
dma_sync_single_for_cpu(page: page1, len: 4096)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 256, len: 100)
`;
export const SYNCED_FRAME = `${SYNCED}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\n`;
export const CHUNK = `rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: xsk_buff_pool)
xdp1 = xsk_buff_alloc(rxq: rxq1, len: 100)
`;
const buffFrom = (i: number): string => `page${i} = alloc_pages()
device_write(page: page${i}, len: 4096)
xdp${i} = xdp_prepare_buff(rxq: rxq1, page: page${i}, headroom: 256, len: 100)
xdp_do_redirect(xdp: xdp${i}, cpumap: cpumap1, context: softirq)
`;
export const BULK = `rxq1 = xdp_rxq_info_reg()\ncpumap1 = cpu_map_update_elem(qsize: 2)\n${buffFrom(1)}${buffFrom(2)}`;
export const RING = `${BULK}xdp_do_flush(context: softirq)\n`;
const RAN = `${RING}cpu_map_kthread_run(cpumap: cpumap1)\n`;
export const GENERIC = `cpumap1 = cpu_map_update_elem(qsize: 1)
skb1 = alloc_skb(size: 256)
skb_put(skb: skb1, len: 64)
cpu_map_generic_redirect(cpumap: cpumap1, skb: skb1)
`;
const PORT = `device1 = device_add()
port1 = mvneta_probe(device: device1, ring: 4)
pool1 = mvneta_open(port: port1)
`;
export const FILLED = `${PORT}mvneta_receive(port: port1, len: 100, count: 2)\n`;
const DELIVERED = `${FILLED}mvneta_poll(port: port1)\n`;
const SENT = `${PORT}page1 = alloc_pages()
device_write(page: page1, len: 64)
skb1 = alloc_skb(size: 256)
skb_put(skb: skb1, len: 60)
skb_add_rx_frag(skb: skb1, page: page1, size: 64, truesize: 4096)
mvneta_tx(port: port1, skb: skb1)
`;
const REDIRECTED = `${PORT}pool2 = mvneta_xdp_setup(port: port1, prog: plain)
mvneta_receive(port: port1, len: 100)
mvneta_poll(port: port1, verdict: tx)
`;

const xdp = (w: World): XdpBuff => w.systems.xdpBuffs[0];
const frame = (w: World): XdpFrame => w.systems.frames[0];
const cpumap = (w: World): CpuMapEntry => w.systems.cpumaps[0];
const port = (w: World): MvnetaPort => w.systems.ports[0];
const flip = (w: World, at: XdpBuff | XdpFrame, offset: number): void =>
  void (w.memory.bytes[at.page.address + at.data + offset] ^= 1);
const flipFrag = (w: World, { page, offset }: XdpFrag, at: number): void =>
  void (w.memory.bytes[page.address + offset + at] ^= 1);
const resize = (one: XdpBuff | XdpFrame, frag: number, by: number): void => {
  one.sinfo.frags[frag].size += by;
  one.sinfo.xdpFragsSize += by;
};
/** All of the packet moves, with its bytes: only its place is wrong. */
const move = (w: World, by: number): void => {
  const one = xdp(w);
  w.memory.bytes.copyWithin(
    one.page.address + one.data + by,
    one.page.address + one.data,
    one.page.address + one.dataEnd,
  );
  one.data += by;
  one.dataEnd += by;
  one.dataMeta += by;
};

const packetHarms = (program: string, of: (w: World) => XdpBuff | XdpFrame): Harm[] => [
  ...harmsTo('bytes', program, {
    'the first bit of a packet flips': (w) => flip(w, of(w), 0),
    'the last linear bit of a packet flips': (w) => flip(w, of(w), 99),
    'a bit of the first frag flips': (w) => flipFrag(w, of(w).sinfo.frags[0], 32),
    'a bit of the second frag flips': (w) => flipFrag(w, of(w).sinfo.frags[1], 20),
    'a packet was longer than it is': (w) => (of(w).payload = [...of(w).payload, 0, 1]),
    'a packet had metadata': (w) => (of(w).metaPayload = [0, 1]),
  }),
  ...harmsTo('geometry', program, {
    'xdp_frags_size is a byte too large': (w) => of(w).sinfo.xdpFragsSize++,
    'a frag ends behind its memory': (w) => ((of(w).sinfo.frags[1] as { bufferEnd: number }).bufferEnd = 28),
    'a packet with frags does not say so': (w) => (of(w).flags = 0),
    'more frags than an skb may have': (w) => (w.abi = { ...w.abi, maxSkbFrags: 1 }),
  }),
  ...harmsTo('geometry, bytes', program, {
    'the second frag has no byte': (w) => resize(of(w), 1, -21),
  }),
  ...harmsTo('', program, {
    'as many frags as an skb may have': (w) => (w.abi = { ...w.abi, maxSkbFrags: 2 }),
    'a frag ends where its memory does': (w) => ((of(w).sinfo.frags[1] as { bufferEnd: number }).bufferEnd = 29),
    'a frag of one byte': (w) => {
      const { payload } = of(w);
      of(w).payload = [...payload.slice(0, -2), payload[payload.length - 2], 1];
      resize(of(w), 1, -20);
    },
  }),
  ...harmsTo('no-use-after-free', program, {
    'the page of a packet is free': (w) => (of(w).page.freed = true),
    'the page of the second frag is free': (w) => (of(w).sinfo.frags[1].page.freed = true),
  }),
  ...harmsTo('page-refcount', program, {
    'a packet has no reference to its page': (w) => of(w).page.refcount--,
    'a packet has no reference to its second frag': (w) => of(w).sinfo.frags[1].page.refcount--,
  }),
];

/** Packets that are no skbs yet, cpumaps, a driver. */
export const XDP_HARMS: readonly Harm[] = [
  ...packetHarms(FRAGS, xdp),
  ...packetHarms(FRAME, frame),
  ...harmsTo('geometry', META, {
    'metadata lies in front of the frame': (w) => {
      xdp(w).dataHardStart = 249;
      xdp(w).frameSz = 3000;
    },
    'a packet ends behind where skb_shared_info begins': (w) => (xdp(w).frameSz = 356 + w.abi.sharedInfoSize - 1),
    'the frame ends behind its memory': (w) => (xdp(w).bufferEnd = 4095),
  }),
  ...harmsTo('', META, {
    'metadata lies where the frame begins': (w) => {
      xdp(w).dataHardStart = 248;
      xdp(w).frameSz = 3000;
    },
    'a packet ends where skb_shared_info begins': (w) => (xdp(w).frameSz = 356 + w.abi.sharedInfoSize),
    'a packet of an Ethernet header alone': (w) => {
      xdp(w).dataEnd = xdp(w).data + 14;
      xdp(w).payload = [xdp(w).payload[0], 14];
    },
  }),
  ...harmsTo('geometry', META, {
    'a packet is shorter than an Ethernet header': (w) => {
      xdp(w).dataEnd = xdp(w).data + 13;
      xdp(w).payload = [xdp(w).payload[0], 13];
    },
    'a packet without frags says that it has some': (w) => (xdp(w).flags = 1),
  }),
  ...harmsTo('bytes', META, {
    'a bit of the metadata flips': (w) => flip(w, xdp(w), -1),
    'the first bit of the metadata flips': (w) => flip(w, xdp(w), -8),
  }),
  ...harmsTo('', BUFF, { 'a packet lies elsewhere': (w) => move(w, 100) }),
  ...harmsTo('', CHUNK, {
    'user memory has no skb_shared_info behind the packet': (w) => {
      xdp(w).frameSz = xdp(w).dataEnd - xdp(w).dataHardStart;
    },
  }),
  ...harmsTo('geometry', CHUNK, {
    'a packet in user memory ends behind its chunk': (w) => {
      xdp(w).frameSz = xdp(w).dataEnd - xdp(w).dataHardStart - 1;
    },
  }),
  ...harmsTo('page-refcount', CHUNK, {
    'a pool of AF_XDP does not pin its memory': (w) => xdp(w).page.refcount--,
  }),
  ...harmsTo('geometry', FRAME, {
    'a frame does not lie where its headroom leads to': (w) => frame(w).headroom--,
    'a frame ends behind its memory': (w) => (frame(w).bufferEnd = 4095),
    'a packet runs into skb_shared_info': (w) => (frame(w).frameSz = 356 + w.abi.sharedInfoSize - 1),
  }),
  ...harmsTo('', FRAME, {
    'a packet ends where skb_shared_info of its frame begins': (w) => (frame(w).frameSz = 356 + w.abi.sharedInfoSize),
  }),
  ...harmsTo('geometry', FRAME, {
    'metadata runs into struct xdp_frame': (w) => {
      frame(w).at = 256 - XDP_FRAME_SIZE + 1;
      frame(w).headroom = -1;
      frame(w).frameSz = 3000;
    },
  }),
  ...harmsTo('', FRAME, {
    'a packet begins behind struct xdp_frame': (w) => {
      frame(w).at = 256 - XDP_FRAME_SIZE;
      frame(w).headroom = 0;
      frame(w).frameSz = 3000;
    },
  }),
  ...harmsTo('dma-ownership', SYNCED, {
    'a packet shows its first byte unsynced': (w) => (xdp(w).page.deviceDirty = [256, 257]),
    'a packet shows its last byte unsynced': (w) => (xdp(w).page.deviceDirty = [355, 356]),
  }),
  ...harmsTo('', SYNCED, {
    'the bytes around a packet are not synced': (w) => (xdp(w).page.deviceDirty = [0, 256, 356, 4096]),
  }),
  ...harmsTo('dma-ownership', SYNCED_FRAME, {
    'a frame shows its first byte unsynced': (w) => (frame(w).page.deviceDirty = [256, 257]),
    'a frame shows its last byte unsynced': (w) => (frame(w).page.deviceDirty = [355, 356]),
  }),
  ...harmsTo('', SYNCED_FRAME, {
    'the bytes around a frame are not synced': (w) => (frame(w).page.deviceDirty = [0, 256, 356, 4096]),
  }),
  ...harmsTo('', BUFF, { 'a page without a mapping is not synced': (w) => (xdp(w).page.deviceDirty = [0, 4096]) }),
  ...harmsTo('', RING, { 'the ring of a cpumap is full': () => undefined }),
  ...harmsTo('ring-bounds', RING, { 'the ring of a cpumap holds a frame too many': (w) => (cpumap(w).qsize = 1) }),
  ...harmsTo('page-refcount', RING, { 'a frame in a ring has no reference': (w) => frame(w).page.refcount-- }),
  ...harmsTo('page-refcount', BULK, { 'a frame in bulk has no reference': (w) => frame(w).page.refcount-- }),
  ...harmsTo('skb-users', RAN, { 'an skb that the remote CPU made has another user': (w) => w.skbs[1].users++ }),
  ...harmsTo('skb-users', GENERIC, { 'an skb in the ring of a cpumap has another user': (w) => w.skbs[0].users++ }),
  ...harmsTo('ring-bounds', BULK, {
    'more than eight frames in bulk': (w) => {
      while (cpumap(w).bulk.length < 9) cpumap(w).bulk.push(frame(w));
      frame(w).page.refcount += 7;
    },
  }),
  ...harmsTo('', BULK, {
    'eight frames in bulk': (w) => {
      while (cpumap(w).bulk.length < 8) cpumap(w).bulk.push(frame(w));
      frame(w).page.refcount += 6;
    },
  }),
  ...harmsTo('driver-counters', PORT, {
    'a packet is counted as passed twice': (w) => port(w).stats.xdpPass++,
    'a packet is counted as sent twice': (w) => port(w).stats.xdpTx++,
    'a packet is counted as refused twice': (w) => port(w).stats.xdpTxErr++,
    'a packet is counted as redirected twice': (w) => port(w).stats.xdpRedirect++,
    'a redirect failed of no packet': (w) => port(w).redirectErr++,
    'no frame was made of no packet': (w) => port(w).noFrame++,
    'a program saw a packet more': (w) => port(w).seenByProgram++,
    'a descriptor is free twice': (w) => port(w).nonOccupied++,
    'a packet waits in no descriptor': (w) => port(w).occupied++,
    'a descriptor waits for its buffer, and has one': (w) => (port(w).refillNum = 1),
  }),
  ...harmsTo('', FILLED, {
    'a program saw seven packets, one of each end': (w) => {
      const { stats } = port(w);
      for (const end of ['xdpPass', 'xdpDrop', 'xdpTx', 'xdpTxErr', 'xdpRedirect'] as const) stats[end]++;
      port(w).redirectErr++;
      port(w).noFrame++;
      port(w).seenByProgram = 7;
    },
    'a descriptor was looked at and waits for its buffer': (w) => {
      port(w).refillNum = 1;
      port(w).occupied--;
    },
    'the last and the first descriptor wait for their buffers': (w) => {
      port(w).firstToRefill = 3;
      port(w).refillNum = 2;
      port(w).occupied -= 2;
    },
  }),
  ...harmsTo('driver-counters', FILLED, {
    'a descriptor that was looked at is counted still': (w) => (port(w).refillNum = 1),
  }),
  ...harmsTo('pool-refcount', FILLED, {
    'a buffer in a ring has another user': (w) => {
      if (port(w).descs[1].page !== null) (port(w).descs[1].page as { ppRefCount: number }).ppRefCount++;
    },
  }),
  ...harmsTo('skb-users', DELIVERED, { 'a delivered skb has another user': (w) => w.skbs[1].users++ }),
  ...harmsTo('skb-users', SENT, { 'an skb that is sent has another user': (w) => w.skbs[0].users++ }),
  ...harmsTo('dma-mapped-once', SENT, {
    'a frag that is sent is not mapped': (w) => w.skbs[0].data.frags[0].page.mappings--,
  }),
  ...harmsTo('pool-refcount', REDIRECTED, {
    'a frame that is sent has another user': (w) => frame(w).page.ppRefCount++,
  }),
];
