import type { Page } from '../../model/structs/page';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import type { XdpSharedInfo } from '../../model/structs/xdp_shared_info';
import type { SystemKind } from '../../model/world/kinds';
import type { CollectReferences } from './core_references';
import type { Collector } from './reference';

/** By kind of the systems around the core: the references that its walker counts (invariants/walk), with words. */
export const SYSTEM_REFERENCES: { readonly [K in SystemKind]?: CollectReferences } = {
  napi: (collector) => {
    for (const { id, groHash, rxList, received, skb } of collector.world.systems.napis) {
      const by = `napi#${id}`;
      for (const { list } of groHash) collector.skbs(list, by, 'the GRO list');
      collector.skbs(rxList, by, 'rx_list');
      collector.skbs(received, by, 'the packets received');
      if (skb !== null) collector.skb(skb, by, 'napi->skb');
    }
  },
  rxq: (collector) => {
    for (const { object } of collector.world.namesOf('rxq'))
      for (const { page } of object.mem.xsk?.chunks ?? []) collector.page(page, false, `rxq#${object.id}`, 'a chunk');
  },
  xdp: (collector) => {
    for (const { object } of collector.world.namesOf('xdp')) {
      if (object.chunk !== null) continue;
      const by = `xdp#${object.id}`;
      collector.page(object.page, object.ofPool, by, 'the data');
      ofFrags(collector, object.sinfo, by);
    }
  },
  frame: (collector) => {
    for (const { object } of collector.world.namesOf('frame')) ofFrame(collector, object);
  },
  cpumap: (collector) => {
    for (const { object } of collector.world.namesOf('cpumap')) {
      for (const frame of object.bulk) ofFrame(collector, frame);
      for (const { frame, skb } of object.ring.items) {
        if (frame !== null) ofFrame(collector, frame);
        else collector.skb(skb, `cpumap#${object.id}`, 'the ring');
      }
      collector.skbs(object.received, `cpumap#${object.id}`, 'the packets received');
    }
  },
  netdev: (collector) => {
    for (const { id, held } of collector.world.systems.netdevs) collector.skbs(held, `netdev#${id}`, 'the queue');
  },
  umem: (collector) => {
    for (const { id, freed, pages, dmaMap } of collector.world.systems.umems) {
      const by = `umem#${id}`;
      if (!freed) plainPages(collector, pages, by, 'the memory');
      for (const { page } of dmaMap?.mappings ?? []) collector.hold('mappings', `page#${page.id}`, by, 'dma_pages');
    }
  },
  xsk: (collector) => {
    for (const { id, skb } of collector.world.systems.xdpSocks)
      if (skb !== null) collector.skb(skb, `xsk#${id}`, 'xs->skb');
  },
  pipe: (collector) => {
    for (const { id, buffers } of collector.world.systems.pipes)
      buffers.forEach(({ page }, i) => collector.page(page, false, `pipe#${id}`, `buffer ${i}`));
  },
  mm: (collector) => {
    for (const { id, pages, queue } of collector.world.systems.userMappings) {
      plainPages(collector, pages, `mm#${id}`, 'the page table');
      collector.skbs(queue, `mm#${id}`, 'the receive queue');
    }
  },
  file: (collector) => {
    for (const { id, pages } of collector.world.systems.files)
      plainPages(collector, pages, `file#${id}`, 'the page cache');
  },
  port: ofPorts,
};

function plainPages(collector: Collector, pages: readonly (Page | null)[], by: string, place: string): void {
  for (const page of pages) if (page !== null) collector.page(page, false, by, place);
}

function ofFrags(collector: Collector, { frags, nrFrags }: XdpSharedInfo, by: string): void {
  for (let i = 0; i < nrFrags; i++) collector.page(frags[i].page, frags[i].ofPool, by, `frag ${i}`);
}

function ofFrame(collector: Collector, { id, page, ofPool, sinfo }: XdpFrame): void {
  collector.page(page, ofPool, `frame#${id}`, 'the data');
  ofFrags(collector, sinfo, `frame#${id}`);
}

function ofPorts(collector: Collector): void {
  for (const { id, descs, tx, delivered } of collector.world.systems.ports) {
    const by = `port#${id}`;
    descs.forEach(({ page, mapped }, i) => {
      if (page !== null && mapped) collector.page(page, true, by, `descriptor ${i} of the rx ring`);
    });
    for (const { frame, skb, mapping } of tx) {
      if (frame !== null) ofFrame(collector, frame);
      if (skb !== null) collector.skb(skb, by, 'the tx ring');
      if (mapping !== null && mapping.page.id !== 0)
        collector.hold('mappings', `page#${mapping.page.id}`, by, 'the tx ring');
    }
    collector.skbs(delivered, by, 'the packets delivered');
  }
}
