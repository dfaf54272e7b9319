import type { Napi } from '../../model/structs/napi';
import type { NetDev } from '../../model/structs/netdev';
import type { Page } from '../../model/structs/page';
import type { Umem } from '../../model/structs/umem';
import type { XdpSharedInfo } from '../../model/structs/xdp_shared_info';
import type { XdpSock } from '../../model/structs/xdp_sock';
import { listText, pageName, skbName } from './parts';
import { CPUMAP_PROGS } from '../../model/structs/cpu_map_entry';
import { MVNETA_PROGS, TX_TYPE_NAMES } from '../../model/structs/mvneta_port';
import { XMIT_MODES } from '../../model/structs/netdev';
import { MEM_TYPES } from '../../model/structs/xdp_mem_info';
import type { CpuMapEntry } from '../../model/structs/cpu_map_entry';
import type { MvnetaPort, TxBuf } from '../../model/structs/mvneta_port';
import type { Pipe } from '../../model/structs/pipe';
import type { UserMapping } from '../../model/structs/user_mapping';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';

export function napiText({ gro, groHash, rxList, received, skb }: Napi): string {
  const held = groHash.flatMap((bucket) => bucket.list);
  const frags = skb === null ? '' : `, napi_get_frags ${skbName(skb)}`;
  const lists = `rx_list ${listText(rxList, skbName)}, received ${listText(received, skbName)}`;
  return `${gro ? 'GRO' : 'no GRO'} holds ${listText(held, skbName)}, ${lists}${frags}`;
}

export function rxqText({ mem, fragSize }: XdpRxqInfo): string {
  const pool = mem.pool === null ? '' : ` pool#${mem.pool.id}`;
  const xsk = mem.xsk === null ? '' : `, ${mem.xsk.freeList.length} of ${mem.xsk.chunks.length} chunks free`;
  return `memory ${MEM_TYPES[mem.type]}${pool}${xsk}, frag_size ${fragSize}`;
}

function fragsText({ nrFrags, frags }: XdpSharedInfo, pages: Set<Page>): string {
  if (nrFrags === 0) return '';
  const text = listText(
    frags.slice(0, nrFrags),
    ({ page, offset, size }) => `${pageName(page, pages)}+${offset}:${size}`,
  );
  return `, frags ${text}`;
}

export function xdpText({ page, data, dataEnd, frameSz, sinfo, rxq }: XdpBuff, pages: Set<Page>): string {
  const place = `${pageName(page, pages)} data ${data}..${dataEnd}`;
  return `${place} frame_sz ${frameSz} of rxq#${rxq.id}${fragsText(sinfo, pages)}`;
}

export function frameText({ page, at, data, len, mem, sinfo }: XdpFrame, pages: Set<Page>): string {
  const frags = fragsText(sinfo, pages);
  return `${pageName(page, pages)} at ${at} data ${data} len ${len} memory ${MEM_TYPES[mem.type]}${frags}`;
}

function frameName(frame: XdpFrame, pages: Set<Page>): string {
  return `frame#${frame.id}:${frame.len}(${pageName(frame.page, pages)})`;
}

export function cpumapText({ prog, qsize, bulk, ring, received }: CpuMapEntry, pages: Set<Page>): string {
  const items = listText(ring.items, ({ frame, skb }) => (frame === null ? skbName(skb) : frameName(frame, pages)));
  const waiting = listText(bulk, (frame) => frameName(frame, pages));
  const queued = `bulk ${waiting}, ring of ${qsize} ${items}`;
  return `program ${CPUMAP_PROGS[prog]}, ${queued}, received ${listText(received, skbName)}`;
}

export function netdevText({ mode, noLinear, held }: NetDev): string {
  return `${XMIT_MODES[mode]}${noLinear ? ' no_linear' : ''}, holds ${listText(held, skbName)}`;
}

export function umemText({ chunkSize, cq, sockets, pages: own, dead }: Umem, pages: Set<Page>): string {
  const reserved = `${cq.cachedProd - cq.producer} reserved of ${cq.nentries}`;
  const ring = `completion ring ${cq.producer - cq.consumer} to read, ${reserved}`;
  const users = `sockets ${listText(sockets, ({ id }) => `xsk#${id}`)}${dead ? ', can no longer be bound' : ''}`;
  return `chunks of ${chunkSize}, ${ring}, ${users}, ${listText(own, (page) => pageName(page, pages))}`;
}

export function xskText({ umem, netdev, sk, tx, skb, closed }: XdpSock): string {
  const ring = `TX ring ${tx.producer - tx.cachedCons} of ${tx.nentries}`;
  const packet = skb === null ? '' : `, unfinished ${skbName(skb)}`;
  const state = closed ? ', closed' : '';
  return `umem#${umem.id} netdev#${netdev.id}, ${ring}, sk_wmem_alloc ${sk.wmemAlloc}${packet}${state}`;
}

export function pipeText({ slots, buffers }: Pipe, pages: Set<Page>): string {
  const held = listText(buffers, ({ page, offset, len }) => `${pageName(page, pages)}+${offset}:${len}`);
  return `${buffers.length} of ${slots} slots: ${held}`;
}

export function mmText({ queue, pages: mapped, sk }: UserMapping, pages: Set<Page>): string {
  const shown = listText(
    mapped.filter((page) => page !== null),
    (page) => pageName(page, pages),
  );
  return `maps ${shown}, receive queue ${listText(queue, skbName)}, sk_rmem_alloc ${sk.rmemAlloc}`;
}

export function portText(port: MvnetaPort, pages: Set<Page>): string {
  const { pool, device, tx, stats, delivered, occupied, nonOccupied, ringSize } = port;
  const state = port.running ? `running on pool#${pool?.id ?? 0}` : 'stopped';
  const rx = `rx ${occupied} received ${nonOccupied} free of ${ringSize}`;
  const sent = listText(tx, (buf) => txText(buf, pages));
  const { xdpPass, xdpDrop, xdpTx, xdpRedirect, xdpXmit } = stats;
  const xdp = `pass ${xdpPass} drop ${xdpDrop} tx ${xdpTx} redirect ${xdpRedirect} xmit ${xdpXmit}`;
  const settings = `device#${device.id}, mtu ${port.mtu}, program ${MVNETA_PROGS[port.prog]}`;
  return `${state}, ${settings}, ${rx}, tx ${sent}, delivered ${listText(delivered, skbName)}, ${xdp}`;
}

function txText({ type, size, frame, skb, mapping }: TxBuf, pages: Set<Page>): string {
  const holds = frame !== null ? ` ${frameName(frame, pages)}` : skb !== null ? ` ${skbName(skb)}` : '';
  return `[${TX_TYPE_NAMES[type]} ${size}${mapping === null ? '' : ' mapped'}${holds}]`;
}
