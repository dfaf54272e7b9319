import { mappingOf } from '../objects';
import { defineCommand } from '../define_command';
import type { Device } from '../../model/structs/device';
import {
  deviceAdd,
  deviceRemove,
  dmaMapPage,
  dmaSyncSingleForCpu,
  dmaSyncSingleForDevice,
  dmaUnmapPage,
  MAPPED_FOR_DEVICE,
} from '../../model/kernel/dma/dma_map';
import { mappedByHand } from '../../model/kernel/dma/dma_ownership';
import type { DmaMapping, PageRef } from '../../model/structs/page';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, deviceOf, pageOf } from '../objects';
import type { Arg, DrawnArgs } from '../arg';
import type { Draw } from '../draw';
import { countHandles, DEVICE_NAMES_MAX, nameResult, pickHandle } from '../pick';
import { REGION_MAX } from '../limits';

/** In the order of enum dma_data_direction. */
export const DMA_DIRECTIONS = ['bidirectional', 'to_device', 'from_device'] as const;

const DEVICE_ADD = defineCommand({
  name: 'device_add',
  opcode: 20,
  system: 'dma',
  args: [],
  result: 'device',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  usuallyNext: ['page_pool_create', 'dma_map_page'],
  draw(world) {
    return countHandles(world, 'device') < DEVICE_NAMES_MAX;
  },
  applies() {
    return true;
  },
  run(world, _args, result) {
    nameResult(world, result, 'device', deviceAdd(world));
    return 0;
  },
});

/**
 * Returns whether the driver may remove the device. Its pools are destroyed, and the driver unmapped the pages that it
 * mapped by hand. Where destroying a pool does not unmap the pages that are out (A2), the driver has to wait until the
 * last one came back.
 */
function mayRemove(world: World, device: Device): boolean {
  for (const pool of world.pools) if (pool.device === device && pool.userCnt > 0) return false;
  for (const port of world.systems.ports) if (port.device === device) return false;
  for (const { dmaMap } of world.systems.umems) if (dmaMap !== null && dmaMap.device === device) return false;
  for (const { object } of world.namesOf('mapping')) if ((object as DmaMapping).device === device) return false;
  return world.rules.deviceMayGoAfterDestroy || device.mappings.size === 0;
}

const DEVICE_REMOVE = defineCommand({
  name: 'device_remove',
  opcode: 21,
  system: 'dma',
  args: [{ name: 'device', type: 'device', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.device = pickHandle(world, draw, 'device', (device) => mayRemove(world, device));
    return args.device >= 0;
  },
  applies(world, args) {
    return mayRemove(world, deviceOf(world, args.device));
  },
  run(world, args) {
    const device = deviceOf(world, args.device);
    consume(world, args.device);
    deviceRemove(world, device);
    return 0;
  },
});

const SYNC_ARGS = [
  { name: 'page', type: 'page' },
  { name: 'offset', type: 'int', min: 0, max: REGION_MAX - 1, default: 0 },
  { name: 'len', type: 'int', min: 1, max: REGION_MAX, smallest: 1 },
] as const satisfies readonly Arg[];

/** A driver syncs bytes of its region while it owns the mapping, or the pool that maps the page. */
function maySync(ref: PageRef, offset: number, len: number): boolean {
  const mapping = ref.page.mapping;
  if (mapping === null || offset + len > ref.size) return false;
  const from = ref.offset + offset;
  if (from < mapping.offset || from + len > mapping.offset + mapping.size) return false;
  return mappedByHand(ref.page) || (ref.ofPool && ref.page.pp !== null && ref.page.pp.userCnt > 0);
}

function drawSync(world: World, draw: Draw, args: DrawnArgs<typeof SYNC_ARGS>): boolean {
  args.page = pickHandle(world, draw, 'page', (ref) => maySync(ref, 0, 1));
  if (args.page < 0) return false;
  const ref = pageOf(world, args.page);
  const whole = draw.chance(1, 2);
  args.offset = whole ? 0 : draw.below(ref.size);
  args.len = whole ? ref.size : draw.size(1, ref.size - args.offset);
  return true;
}

const DMA_SYNC_SINGLE_FOR_CPU = defineCommand({
  name: 'dma_sync_single_for_cpu',
  opcode: 22,
  system: 'dma',
  args: SYNC_ARGS,
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 96,
  usuallyNext: [
    'skb_add_rx_frag',
    'skb_add_rx_frag',
    'skb_coalesce_rx_frag',
    'skb_fill_page_desc',
    'build_skb',
    'napi_build_skb',
  ],
  draw: drawSync,
  applies(world, args) {
    return maySync(pageOf(world, args.page), args.offset, args.len);
  },
  run(world, args) {
    const ref = pageOf(world, args.page);
    const mapping = ref.page.mapping as DmaMapping;
    dmaSyncSingleForCpu(world, mapping.device, mapping.address, ref.offset + args.offset - mapping.offset, args.len);
    return 0;
  },
});

const DMA_SYNC_SINGLE_FOR_DEVICE = defineCommand({
  name: 'dma_sync_single_for_device',
  opcode: 23,
  system: 'dma',
  args: SYNC_ARGS,
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw: drawSync,
  applies(world, args) {
    return maySync(pageOf(world, args.page), args.offset, args.len);
  },
  run(world, args) {
    const ref = pageOf(world, args.page);
    const mapping = ref.page.mapping as DmaMapping;
    dmaSyncSingleForDevice(world, mapping.device, mapping.address, ref.offset + args.offset - mapping.offset, args.len);
    return 0;
  },
});

/**
 * A driver maps the bytes of a plain reference by hand. Contract: one mapping per page, and no name of the page drops
 * its reference before the page is unmapped.
 */
const DMA_MAP_PAGE = defineCommand({
  name: 'dma_map_page',
  opcode: 24,
  system: 'dma',
  args: [
    { name: 'device', type: 'device' },
    { name: 'page', type: 'page' },
    { name: 'dir', type: 'enum', words: DMA_DIRECTIONS, default: 2 },
  ],
  result: 'mapping',
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 4,
  usuallyNext: ['device_write', 'dma_sync_single_for_device', 'dma_unmap_page', 'dma_unmap_page'],
  draw(world, draw, args) {
    args.device = draw.handle(world, 'device');
    args.page = pickHandle(world, draw, 'page', mayMap);
    args.dir = draw.below(DMA_DIRECTIONS.length);
    return args.device >= 0 && args.page >= 0;
  },
  applies(world, args) {
    return mayMap(pageOf(world, args.page));
  },
  run(world, args, result) {
    const ref = pageOf(world, args.page);
    const mapping = dmaMapPage(
      world,
      deviceOf(world, args.device),
      ref.page,
      ref.offset,
      ref.size,
      args.dir,
      MAPPED_FOR_DEVICE,
    );
    if (mapping === null) return 1;
    nameResult(world, result, 'mapping', mapping);
    return 0;
  },
});

function mayMap(ref: PageRef): boolean {
  return !ref.ofPool && !ref.page.ppSignature && ref.page.mappings === 0;
}

const DMA_UNMAP_PAGE = defineCommand({
  name: 'dma_unmap_page',
  opcode: 25,
  system: 'dma',
  args: [{ name: 'mapping', type: 'mapping', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args.mapping = draw.handle(world, 'mapping');
    return args.mapping >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const mapping = mappingOf(world, args.mapping);
    consume(world, args.mapping);
    dmaUnmapPage(world, mapping.device, mapping.address, mapping.size, false);
    return 0;
  },
});

export const DMA_COMMANDS: readonly Command[] = [
  DEVICE_ADD,
  DEVICE_REMOVE,
  DMA_SYNC_SINGLE_FOR_CPU,
  DMA_SYNC_SINGLE_FOR_DEVICE,
  DMA_MAP_PAGE,
  DMA_UNMAP_PAGE,
];
