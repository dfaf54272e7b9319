import { intersects } from '../../model/lib/ranges';
import { xdpGetMetalen } from '../../model/net/core/xdp/xdp_buff';
import { xdpFrameHardStart } from '../../model/net/core/xdp/xdp_frame';
import type { XdpSharedInfo } from '../../model/structs/xdp_shared_info';
import type { World } from '../../model/world/world';
import { BYTES, comparePayload } from '../bytes';
import { DMA_OWNERSHIP } from '../dma_ownership';
import { GEOMETRY } from '../geometry';
import { NO_USE_AFTER_FREE } from '../no_use_after_free';
import { PFMEMALLOC_IS_REAL } from '../pfmemalloc_is_real';
import { RING_BOUNDS } from '../ring_bounds';
import type { KindCheck } from './kind_record';
import { CPU_MAP_BULK_SIZE } from '../../model/structs/cpu_map_entry';
import {
  XDP_FLAGS_FRAGS_PF_MEMALLOC,
  XDP_FLAGS_HAS_FRAGS,
  XDP_FRAME_SIZE,
  type XdpBuff,
} from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import { ETH_HLEN } from '../../model/structs/if_ether';

/** The statements about packets in the hands of a driver. */
export const XDP_BUFF_CHECKS: readonly KindCheck[] = [
  { invariant: GEOMETRY, check: checkBuffGeometry },
  { invariant: PFMEMALLOC_IS_REAL, check: checkReserve },
  { invariant: NO_USE_AFTER_FREE, check: checkBuffPages },
  { invariant: DMA_OWNERSHIP, check: checkReadableBuffs },
  { invariant: BYTES, check: checkBuffBytes },
];

/** The statements about packets between drivers and CPUs. */
export const FRAME_CHECKS: readonly KindCheck[] = [
  { invariant: GEOMETRY, check: checkFrameGeometry },
  { invariant: NO_USE_AFTER_FREE, check: checkFramePages },
  { invariant: DMA_OWNERSHIP, check: checkReadableFrames },
  { invariant: BYTES, check: checkFrameBytes },
];

export const CPUMAP_CHECKS: readonly KindCheck[] = [{ invariant: RING_BOUNDS, check: checkCpuMaps }];

function checkBuffGeometry(world: World): number {
  const { xdpBuffs } = world.systems;
  for (const xdp of xdpBuffs) checkBuff(world, xdp);
  return xdpBuffs.length;
}

function checkFrameGeometry(world: World): number {
  const { frames } = world.systems;
  for (const frame of frames) checkFrame(world, frame);
  return frames.length;
}

function checkBuff(world: World, xdp: XdpBuff): void {
  // User memory has no room for a skb_shared_info behind the packet.
  const hardEnd = xdp.dataHardStart + xdp.frameSz - (xdp.chunk === null ? world.abi.sharedInfoSize : 0);
  const meta = xdp.data - xdpGetMetalen(xdp);
  if (meta < xdp.dataHardStart || xdp.data > xdp.dataEnd - ETH_HLEN || xdp.dataEnd > hardEnd)
    world.violate(
      'geometry',
      'xdp',
      `xdp_buff#${xdp.id}: metadata at ${meta}, data at ${xdp.data}, end at ${xdp.dataEnd} do not lie in order ` +
        `between ${xdp.dataHardStart} and ${hardEnd}`,
    );
  if (xdp.dataHardStart + xdp.frameSz > xdp.bufferEnd)
    world.violate(
      'geometry',
      'xdp',
      `xdp_buff#${xdp.id}: its frame of ${xdp.frameSz} bytes ends behind its memory (${xdp.bufferEnd})`,
    );
  checkFrags(world, xdp.sinfo, xdp.flags, 'xdp', `xdp_buff#${xdp.id}`);
}

/** The struct lies where xdp_convert_buff_to_frame puts it, and the skb_shared_info within the frame. */
function checkFrame(world: World, frame: XdpFrame): void {
  const hardStart = xdpFrameHardStart(frame);
  if (hardStart !== frame.at)
    world.violate(
      'geometry',
      'frame',
      `frame#${frame.id} lies at ${frame.at}, its headroom of ${frame.headroom} leads to ${hardStart}`,
    );
  const end = frame.data + frame.len;
  const shared = frame.at + frame.frameSz - world.abi.sharedInfoSize;
  if (frame.data - frame.metasize < frame.at + XDP_FRAME_SIZE || end > shared)
    world.violate(
      'geometry',
      'frame',
      `frame#${frame.id}: metadata and data at ${frame.data - frame.metasize}..${end} run into struct xdp_frame ` +
        `or skb_shared_info at ${shared}`,
    );
  if (frame.at + frame.frameSz > frame.bufferEnd)
    world.violate(
      'geometry',
      'frame',
      `frame#${frame.id}: its ${frame.frameSz} bytes end behind its memory (${frame.bufferEnd})`,
    );
  checkFrags(world, frame.sinfo, frame.flags, 'frame', `frame#${frame.id}`);
}

function checkFrags(world: World, sinfo: XdpSharedInfo, flags: number, kind: string, who: string): void {
  const flagged = (flags & XDP_FLAGS_HAS_FRAGS) !== 0;
  const { nrFrags, frags } = sinfo;
  let bytes = 0;
  for (let i = 0; i < nrFrags; i++) {
    const frag = frags[i];
    bytes += frag.size;
    if (frag.size < 1 || frag.offset + frag.size > frag.bufferEnd)
      world.violate(
        'geometry',
        kind,
        `${who}: frag ${i} is [${frag.offset}, ${frag.offset + frag.size}), its memory ends at ${frag.bufferEnd}`,
      );
  }
  if (flagged !== nrFrags > 0 || (flagged && bytes !== sinfo.xdpFragsSize) || nrFrags > world.abi.maxSkbFrags)
    world.violate(
      'geometry',
      kind,
      `${who}: ${nrFrags} frags of ${bytes} bytes, xdp_frags_size is ${sinfo.xdpFragsSize}, flags are ${flags}`,
    );
}

/** The mark makes an skb of the packet one of the emergency reserves. Its cause may have been cut off since. */
function checkReserve(world: World): number {
  const { xdpBuffs } = world.systems;
  for (const xdp of xdpBuffs)
    if ((xdp.flags & XDP_FLAGS_FRAGS_PF_MEMALLOC) !== 0 && !xdp.sawReserve)
      world.violate(
        'pfmemalloc-is-real',
        'xdp',
        `xdp_buff#${xdp.id} has XDP_FLAGS_FRAGS_PF_MEMALLOC, but no frag of it was of the reserves`,
      );
  return xdpBuffs.length;
}

function checkBuffPages(world: World): number {
  const { xdpBuffs } = world.systems;
  for (const xdp of xdpBuffs) checkPages(world, xdp, 'xdp', `xdp_buff#${xdp.id}`);
  return xdpBuffs.length;
}

function checkFramePages(world: World): number {
  const { frames } = world.systems;
  for (const frame of frames) checkPages(world, frame, 'frame', `frame#${frame.id}`);
  return frames.length;
}

function checkPages(world: World, packet: XdpBuff | XdpFrame, kind: string, who: string): void {
  if (packet.page.freed)
    world.violate('no-use-after-free', kind, `${who} lies in page#${packet.page.id}, which is free`);
  const { frags, nrFrags } = packet.sinfo;
  for (let i = 0; i < nrFrags; i++)
    if (frags[i].page.freed)
      world.violate('no-use-after-free', kind, `frag ${i} of ${who} is page#${frags[i].page.id}, which is free`);
}

function checkReadableBuffs(world: World): number {
  let mapped = 0;
  for (const xdp of world.systems.xdpBuffs) mapped += checkSynced(world, xdp, xdp.dataEnd, `xdp_buff#${xdp.id}`);
  return mapped;
}

function checkReadableFrames(world: World): number {
  let mapped = 0;
  for (const frame of world.systems.frames)
    mapped += checkSynced(world, frame, frame.data + frame.len, `frame#${frame.id}`);
  return mapped;
}

/** Programs and the stack read bytes that a device wrote, so a packet must be synced for the CPU. */
function checkSynced(world: World, packet: XdpBuff | XdpFrame, end: number, who: string): number {
  const { page } = packet;
  if (page.mapping === null) return 0;
  if (intersects(page.deviceDirty, packet.data, end))
    world.violate('dma-ownership', 'page', `${who} shows bytes that a device wrote and no sync gave to the CPU`);
  return 1;
}

function checkBuffBytes(world: World): number {
  const { xdpBuffs } = world.systems;
  for (const xdp of xdpBuffs) {
    const metalen = xdpGetMetalen(xdp);
    if (!packetHolds(world, xdp, metalen, xdp.dataEnd - xdp.data))
      world.violate('bytes', 'xdp', `xdp_buff#${xdp.id}: its packet or metadata is not what was put there`);
  }
  return xdpBuffs.length;
}

function checkFrameBytes(world: World): number {
  const { frames } = world.systems;
  for (const frame of frames) {
    if (!packetHolds(world, frame, frame.metasize, frame.len))
      world.violate('bytes', 'frame', `frame#${frame.id}: its packet or metadata is not what was put there`);
  }
  return frames.length;
}

const stretches: number[] = [];

function packetHolds(world: World, packet: XdpBuff | XdpFrame, metalen: number, len: number): boolean {
  const data = packet.page.address + packet.data;
  stretches.length = 0;
  stretches.push(data - metalen, metalen);
  if (!comparePayload(world, packet.metaPayload, stretches)) return false;
  stretches.length = 0;
  stretches.push(data, len);
  const { frags, nrFrags } = packet.sinfo;
  for (let i = 0; i < nrFrags; i++) stretches.push(frags[i].page.address + frags[i].offset, frags[i].size);
  return comparePayload(world, packet.payload, stretches);
}

function checkCpuMaps(world: World): number {
  for (const entry of world.systems.cpumaps) {
    if (entry.bulk.length > CPU_MAP_BULK_SIZE || entry.ring.items.length > entry.qsize)
      world.violate(
        'ring-bounds',
        'cpumap',
        `cpumap#${entry.id} has ${entry.bulk.length} frames in bulk and ${entry.ring.items.length} in a ring of ` +
          `${entry.qsize}`,
      );
  }
  return world.systems.cpumaps.length;
}
