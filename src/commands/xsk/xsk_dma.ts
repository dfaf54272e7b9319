import { defineCommand } from '../define_command';
import type { Device } from '../../model/structs/device';
import type { Umem } from '../../model/structs/umem';
import type { World } from '../../model/world/world';
import { xpDmaMap, xpDmaUnmap } from '../../model/net/xdp/xp_dma_map';
import { type Command } from '../command';
import { deviceOf, umemOf } from '../objects';
import type { Arg } from '../arg';
import { pickHandle } from '../pick';
import { XSK_DMA_QUEUES } from '../../model/structs/xsk_dma_map';

const ZEROCOPY_DRIVER = 'the module has no driver that receives into a umem: its pools are made without one';
const QUEUE = { name: 'queue', type: 'int', min: 0, max: XSK_DMA_QUEUES - 1, default: 0 } as const satisfies Arg;

/** The pool of the queue is not mapped for its driver, and the umem is not mapped for another device. */
function mayMap(umem: Umem, device: Device, queue: number): boolean {
  return !umem.mappedQueues[queue] && (umem.dmaMap === null || umem.dmaMap.device === device);
}

/** A driver in zerocopy mode gets a pool for its queue (XDP_SETUP_XSK_POOL) and calls xsk_pool_dma_map: xp_dma_map. */
const XP_DMA_MAP = defineCommand({
  name: 'xp_dma_map',
  opcode: 372,
  system: 'xsk',
  modelOnly: ZEROCOPY_DRIVER,
  args: [{ name: 'umem', type: 'umem' }, { name: 'device', type: 'device' }, QUEUE],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 24,
  usuallyNext: ['xp_dma_map', 'xp_dma_unmap', 'xp_dma_unmap'],
  draw(world, draw, args) {
    args.device = draw.handle(world, 'device');
    if (args.device < 0) return false;
    const device = deviceOf(world, args.device);
    args.queue = draw.below(XSK_DMA_QUEUES);
    args.umem = pickHandle(world, draw, 'umem', (umem) => mayMap(umem, device, args.queue));
    return args.umem >= 0;
  },
  applies(world, args) {
    return mayMap(umemOf(world, args.umem), deviceOf(world, args.device), args.queue);
  },
  run(world, args) {
    const umem = umemOf(world, args.umem);
    world.ret = xpDmaMap(world, umem, deviceOf(world, args.device), args.queue);
    if (world.ret !== 0) return 1;
    umem.mappedQueues[args.queue] = true;
    return 0;
  },
});

/** The driver gives up the pool of its queue and calls xsk_pool_dma_unmap: xp_dma_unmap. */
export function unmapQueue(world: World, umem: Umem, queue: number): void {
  umem.mappedQueues[queue] = false;
  xpDmaUnmap(world, umem, queue);
}

const XP_DMA_UNMAP = defineCommand({
  name: 'xp_dma_unmap',
  opcode: 373,
  system: 'xsk',
  modelOnly: ZEROCOPY_DRIVER,
  args: [{ name: 'umem', type: 'umem' }, QUEUE],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 16,
  draw(world, draw, args) {
    args.queue = draw.below(XSK_DMA_QUEUES);
    args.umem = pickHandle(world, draw, 'umem', ({ mappedQueues }) => mappedQueues[args.queue]);
    return args.umem >= 0;
  },
  applies(world, args) {
    return umemOf(world, args.umem).mappedQueues[args.queue];
  },
  run(world, args) {
    unmapQueue(world, umemOf(world, args.umem), args.queue);
    return 0;
  },
});

export const XSK_DMA_COMMANDS: readonly Command[] = [XP_DMA_MAP, XP_DMA_UNMAP];
