import type { Napi } from '../model/structs/napi';
import type { Page } from '../model/structs/page';
import type { SkBuff } from '../model/structs/sk_buff';
import type { SystemKind, SystemObject } from '../model/world/systems';
import type { Umem } from '../model/structs/umem';
import type { XdpSharedInfo } from '../model/structs/xdp_shared_info';
import type { XdpSock } from '../model/structs/xdp_sock';
import { CPUMAP_PROGS, type CpuMapEntry } from '../model/structs/cpu_map_entry';
import { MVNETA_PROGS, TX_TYPE_NAMES, type MvnetaPort, type TxBuf } from '../model/structs/mvneta_port';
import { XMIT_MODES, type NetDev } from '../model/structs/netdev';
import { MEM_TYPES } from '../model/structs/xdp_mem_info';
import type { Pipe } from '../model/structs/pipe';
import type { TmpFile } from '../model/structs/tmp_file';
import type { UserMapping } from '../model/structs/user_mapping';
import type { XdpBuff } from '../model/structs/xdp_buff';
import type { XdpFrame } from '../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../model/structs/xdp_rxq_info';

/** More of one list than this is counted, not shown. */
const SHOWN_MAX = 8;

/**
 * What an object of the systems around the core is, and whom it holds, in a line.
 *
 * @param pages - the pages that it holds are added, as far as they are shown
 */
export function systemText(kind: SystemKind, object: SystemObject, pages: Set<Page>): string {
  return `${kind}#${object.id} ${object.freed ? 'is gone' : TEXTS[kind](object, pages)}`;
}

type Text = (object: SystemObject, pages: Set<Page>) => string;

const TEXTS: Record<SystemKind, Text> = {
  napi: (object) => napiText(object as Napi),
  rxq: (object) => rxqText(object as XdpRxqInfo),
  xdp: (object, pages) => xdpText(object as XdpBuff, pages),
  frame: (object, pages) => frameText(object as XdpFrame, pages),
  cpumap: (object, pages) => cpumapText(object as CpuMapEntry, pages),
  netdev: (object) => netdevText(object as NetDev),
  umem: (object, pages) => umemText(object as Umem, pages),
  xsk: (object) => xskText(object as XdpSock),
  pipe: (object, pages) => pipeText(object as Pipe, pages),
  mm: (object, pages) => mmText(object as UserMapping, pages),
  file: (object, pages) => `has ${list((object as TmpFile).pages, (page) => pageName(page, pages))}`,
  port: (object, pages) => portText(object as MvnetaPort, pages),
};

function list<T>(items: readonly T[], text: (item: T) => string): string {
  if (items.length === 0) return 'nothing';
  const more = items.length > SHOWN_MAX ? ` and ${items.length - SHOWN_MAX} more` : '';
  return items.slice(0, SHOWN_MAX).map(text).join(' ') + more;
}

function pageName(page: Page, pages: Set<Page>): string {
  pages.add(page);
  return `page#${page.id}`;
}

const skbName = ({ id, len }: SkBuff): string => `skb#${id}:${len}`;

function napiText({ gro, groHash, rxList, received, skb }: Napi): string {
  const held = groHash.flatMap((bucket) => bucket.list);
  const frags = skb === null ? '' : `, napi_get_frags ${skbName(skb)}`;
  return `${gro ? 'GRO' : 'no GRO'} holds ${list(held, skbName)}, rx_list ${list(rxList, skbName)}, received ${list(received, skbName)}${frags}`;
}

function rxqText({ mem, fragSize }: XdpRxqInfo): string {
  const pool = mem.pool === null ? '' : ` pool#${mem.pool.id}`;
  const xsk = mem.xsk === null ? '' : `, ${mem.xsk.freeList.length} of ${mem.xsk.chunks.length} chunks free`;
  return `memory ${MEM_TYPES[mem.type]}${pool}${xsk}, frag_size ${fragSize}`;
}

function fragsText({ nrFrags, frags }: XdpSharedInfo, pages: Set<Page>): string {
  if (nrFrags === 0) return '';
  return `, frags ${list(frags.slice(0, nrFrags), (frag) => `${pageName(frag.page, pages)}+${frag.offset}:${frag.size}`)}`;
}

function xdpText({ page, data, dataEnd, frameSz, sinfo, rxq }: XdpBuff, pages: Set<Page>): string {
  return `${pageName(page, pages)} data ${data}..${dataEnd} frame_sz ${frameSz} of rxq#${rxq.id}${fragsText(sinfo, pages)}`;
}

function frameText({ page, at, data, len, mem, sinfo }: XdpFrame, pages: Set<Page>): string {
  const frags = fragsText(sinfo, pages);
  return `${pageName(page, pages)} at ${at} data ${data} len ${len} memory ${MEM_TYPES[mem.type]}${frags}`;
}

function frameName(frame: XdpFrame, pages: Set<Page>): string {
  return `frame#${frame.id}:${frame.len}(${pageName(frame.page, pages)})`;
}

function cpumapText({ prog, qsize, bulk, ring, received }: CpuMapEntry, pages: Set<Page>): string {
  const items = list(ring.items, ({ frame, skb }) => (frame === null ? skbName(skb) : frameName(frame, pages)));
  const waiting = list(bulk, (frame) => frameName(frame, pages));
  return `program ${CPUMAP_PROGS[prog]}, bulk ${waiting}, ring of ${qsize} ${items}, received ${list(received, skbName)}`;
}

function netdevText({ mode, noLinear, held }: NetDev): string {
  return `${XMIT_MODES[mode]}${noLinear ? ' no_linear' : ''}, holds ${list(held, skbName)}`;
}

function umemText({ chunkSize, cq, sockets, pages: own, dead }: Umem, pages: Set<Page>): string {
  const ring = `completion ring ${cq.producer - cq.consumer} to read, ${cq.cachedProd - cq.producer} reserved of ${cq.nentries}`;
  const users = `sockets ${list(sockets, ({ id }) => `xsk#${id}`)}${dead ? ', nobody can bind' : ''}`;
  return `chunks of ${chunkSize}, ${ring}, ${users}, ${list(own, (page) => pageName(page, pages))}`;
}

function xskText({ umem, netdev, sk, tx, skb, closed }: XdpSock): string {
  const ring = `TX ring ${tx.producer - tx.cachedCons} of ${tx.nentries}`;
  const packet = skb === null ? '' : `, unfinished ${skbName(skb)}`;
  return `umem#${umem.id} netdev#${netdev.id}, ${ring}, sk_wmem_alloc ${sk.wmemAlloc}${packet}${closed ? ', closed' : ''}`;
}

function pipeText({ slots, buffers }: Pipe, pages: Set<Page>): string {
  const held = list(buffers, ({ page, offset, len }) => `${pageName(page, pages)}+${offset}:${len}`);
  return `${buffers.length} of ${slots} slots: ${held}`;
}

function mmText({ queue, pages: mapped, sk }: UserMapping, pages: Set<Page>): string {
  const shown = list(
    mapped.filter((page) => page !== null),
    (page) => pageName(page, pages),
  );
  return `maps ${shown}, receive queue ${list(queue, skbName)}, sk_rmem_alloc ${sk.rmemAlloc}`;
}

function portText(port: MvnetaPort, pages: Set<Page>): string {
  const { pool, device, tx, stats, delivered, occupied, nonOccupied, ringSize } = port;
  const state = port.running ? `running on pool#${pool?.id ?? 0}` : 'stopped';
  const rx = `rx ${occupied} received ${nonOccupied} free of ${ringSize}`;
  const sent = list(tx, (buf) => txText(buf, pages));
  const xdp = `pass ${stats.xdpPass} drop ${stats.xdpDrop} tx ${stats.xdpTx} redirect ${stats.xdpRedirect} xmit ${stats.xdpXmit}`;
  return `${state}, device#${device.id}, mtu ${port.mtu}, program ${MVNETA_PROGS[port.prog]}, ${rx}, tx ${sent}, delivered ${list(delivered, skbName)}, ${xdp}`;
}

function txText({ type, size, frame, skb, mapping }: TxBuf, pages: Set<Page>): string {
  const holds = frame !== null ? ` ${frameName(frame, pages)}` : skb !== null ? ` ${skbName(skb)}` : '';
  return `[${TX_TYPE_NAMES[type]} ${size}${mapping === null ? '' : ' mapped'}${holds}]`;
}
