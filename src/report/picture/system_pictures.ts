import type { Napi } from '../../model/structs/napi';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { Umem } from '../../model/structs/umem';
import type { XdpSharedInfo } from '../../model/structs/xdp_shared_info';
import type { XdpSock } from '../../model/structs/xdp_sock';
import type { Described } from './picture';
import { CPUMAP_PROGS, type CpuMapEntry } from '../../model/structs/cpu_map_entry';
import { MVNETA_PROGS, TX_TYPE_NAMES, type MvnetaPort } from '../../model/structs/mvneta_port';
import { XMIT_MODES, type NetDev } from '../../model/structs/netdev';
import { MEM_TYPES } from '../../model/structs/xdp_mem_info';
import type { Pipe } from '../../model/structs/pipe';
import type { TmpFile } from '../../model/structs/tmp_file';
import type { UserMapping } from '../../model/structs/user_mapping';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';

function skbs(described: Described, how: string, list: readonly SkBuff[]): void {
  for (const skb of list) described.edge(how, `skb#${skb.id}`);
}

function pages(described: Described, how: string, list: readonly ({ readonly id: number } | null)[]): void {
  list.forEach((page, i) => page !== null && described.edge(how, `page#${page.id}`, String(i)));
}

export function describeNapi(described: Described, { gro, groHash, rxList, received, skb }: Napi): void {
  described.field(gro ? 'GRO' : 'no GRO', true);
  for (const { list } of groHash) skbs(described, 'GRO list', list);
  skbs(described, 'rx_list', rxList);
  skbs(described, 'received', received);
  if (skb !== null) described.edge('napi_get_frags', `skb#${skb.id}`);
}

export function describeRxq(described: Described, { mem, fragSize }: XdpRxqInfo): void {
  described.field('memory', MEM_TYPES[mem.type]).count('frag_size', fragSize);
  if (mem.pool !== null) described.edge('pool', `pool#${mem.pool.id}`);
  if (mem.xsk === null) return;
  described.field('free chunks', `${mem.xsk.freeList.length} of ${mem.xsk.chunks.length}`);
  for (const { page, free } of mem.xsk.chunks) described.edge('chunk', `page#${page.id}`, free ? 'free' : 'in use');
}

function sharedInfo(described: Described, { nrFrags, frags }: XdpSharedInfo): void {
  for (let i = 0; i < nrFrags; i++)
    described.edge('frag', `page#${frags[i].page.id}`, `${i}: +${frags[i].offset}:${frags[i].size}`);
}

export function describeXdp(described: Described, { page, ofPool, data, dataEnd, frameSz, sinfo, rxq }: XdpBuff): void {
  described.field('data', `${data}..${dataEnd}`).field('frame_sz', frameSz).field('page of the pool', ofPool);
  described.edge('head', `page#${page.id}`).edge('rxq', `rxq#${rxq.id}`);
  sharedInfo(described, sinfo);
}

export function describeFrame(described: Described, { page, ofPool, at, data, len, mem, sinfo }: XdpFrame): void {
  described.field('len', len).field('at', at).field('data', data).field('memory', MEM_TYPES[mem.type]);
  described.field('page of the pool', ofPool).edge('head', `page#${page.id}`);
  sharedInfo(described, sinfo);
}

export function describeCpumap(described: Described, { prog, qsize, bulk, ring, received }: CpuMapEntry): void {
  described.field('program', CPUMAP_PROGS[prog]).field('bulk', bulk.length);
  described.field('ring', `${ring.items.length} of ${qsize}`);
  for (const frame of bulk) described.edge('bulk', `frame#${frame.id}`);
  for (const { frame, skb } of ring.items) {
    if (frame !== null) described.edge('ring', `frame#${frame.id}`);
    else described.edge('ring', `skb#${skb.id}`);
  }
  skbs(described, 'received', received);
}

export function describeNetdev(described: Described, { mode, noLinear, held }: NetDev): void {
  described.field('xmit', XMIT_MODES[mode]).field('no_linear', noLinear);
  skbs(described, 'holds', held);
}

export function describeUmem(described: Described, umem: Umem): void {
  const { chunkSize, cq, sockets, dead } = umem;
  described
    .field('chunk_size', chunkSize)
    .field('completions to read', cq.producer - cq.consumer)
    .field('reserved', `${cq.cachedProd - cq.producer} of ${cq.nentries}`)
    .field('can no longer be bound', dead);
  for (const { id } of sockets) described.heldBy('umem', `xsk#${id}`);
  pages(described, 'memory', umem.pages);
}

export function describeXsk(described: Described, { netdev, sk, tx, skb, closed }: XdpSock): void {
  described
    .field('TX ring', `${tx.producer - tx.cachedCons} of ${tx.nentries}`)
    .field('sk_wmem_alloc', sk.wmemAlloc)
    .field('closed', closed)
    .edge('netdev', `netdev#${netdev.id}`)
    .edge('sk', `sock#${sk.id}`);
  if (skb !== null) described.edge('unfinished', `skb#${skb.id}`);
}

export function describeFile(described: Described, file: TmpFile): void {
  pages(described, 'page cache', file.pages);
}

export function describePipe(described: Described, { slots, buffers }: Pipe): void {
  described.field('slots', `${buffers.length} of ${slots}`);
  for (const { page, offset, len } of buffers) described.edge('buffer', `page#${page.id}`, `+${offset}:${len}`);
}

export function describeMm(described: Described, { queue, pages: mapped, sk }: UserMapping): void {
  described.field('mapped', `${mapped.filter((page) => page !== null).length} of ${mapped.length} pages`);
  described.field('sk_rmem_alloc', sk.rmemAlloc);
  pages(described, 'maps', mapped);
  skbs(described, 'receive queue', queue);
}

export function describePort(described: Described, port: MvnetaPort): void {
  const { stats } = port;
  described
    .field(port.running ? 'running' : 'stopped', true)
    .field('mtu', port.mtu)
    .field('program', MVNETA_PROGS[port.prog])
    .field('rx', `${port.occupied} received, ${port.nonOccupied} free of ${port.ringSize}`)
    .field('tx', `${port.tx.length} of ${port.txSize}`)
    .count('xdp_pass', stats.xdpPass)
    .count('xdp_drop', stats.xdpDrop)
    .count('xdp_tx', stats.xdpTx)
    .count('xdp_redirect', stats.xdpRedirect)
    .edge('device', `device#${port.device.id}`);
  if (port.pool !== null) described.edge('pool', `pool#${port.pool.id}`);
  port.descs.forEach(({ page, mapped }, i) => {
    if (page !== null && mapped) described.edge('rx ring', `page#${page.id}`, String(i));
  });
  for (const { type, size, frame, skb } of port.tx) {
    if (frame !== null) described.edge('tx ring', `frame#${frame.id}`, `${TX_TYPE_NAMES[type]} ${size}`);
    if (skb !== null) described.edge('tx ring', `skb#${skb.id}`, `${TX_TYPE_NAMES[type]} ${size}`);
  }
  skbs(described, 'delivered', port.delivered);
}
