import type { Device } from '../../model/structs/device';
import type { Umem } from '../../model/structs/umem';
import type { World } from '../../model/world/world';
import { xpDmaMap, xpDmaUnmap } from '../../model/net/xdp/xp_dma_map';
import { deviceOf, umemOf, type Arg, type Command } from '../command';
import { pickHandle } from '../pick';
import { XSK_DMA_QUEUES } from '../../model/structs/xsk_dma_map';

const ZEROCOPY_DRIVER = 'the module has no driver that receives into a umem: its pools are made without one';
const QUEUE: Arg = { name: 'queue', type: 'int', min: 0, max: XSK_DMA_QUEUES - 1, default: 0 };

/** The pool of the queue has no addresses that its driver knows of, and the umem is mapped for no other device. */
function mayMap(umem: Umem, device: Device, queue: number): boolean {
  return !umem.mappedQueues[queue] && (umem.dmaMap === null || umem.dmaMap.device === device);
}

/** A driver in zerocopy mode gets a pool for its queue (XDP_SETUP_XSK_POOL): xsk_pool_dma_map, which is xp_dma_map. */
const XP_DMA_MAP: Command = {
  name: 'xp_dma_map',
  opcode: 372,
  system: 'xsk',
  modelOnly: ZEROCOPY_DRIVER,
  args: [{ name: 'umem', type: 'umem' }, { name: 'device', type: 'device' }, QUEUE],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  draw(world, draw, args) {
    args[1] = draw.handle(world, 'device');
    if (args[1] < 0) return false;
    const device = deviceOf(world, args[1]);
    args[2] = draw.below(XSK_DMA_QUEUES);
    args[0] = pickHandle<Umem>(world, draw, 'umem', (umem) => mayMap(umem, device, args[2]));
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayMap(umemOf(world, args[0]), deviceOf(world, args[1]), args[2]);
  },
  run(world, args) {
    const umem = umemOf(world, args[0]);
    world.ret = xpDmaMap(world, umem, deviceOf(world, args[1]), args[2]);
    if (world.ret !== 0) return 1;
    umem.mappedQueues[args[2]] = true;
    return 0;
  },
};

/** The driver gives the pool of its queue up: xsk_pool_dma_unmap, which is xp_dma_unmap. */
export function unmapQueue(world: World, umem: Umem, queue: number): void {
  umem.mappedQueues[queue] = false;
  xpDmaUnmap(world, umem, queue);
}

const XP_DMA_UNMAP: Command = {
  name: 'xp_dma_unmap',
  opcode: 373,
  system: 'xsk',
  modelOnly: ZEROCOPY_DRIVER,
  args: [{ name: 'umem', type: 'umem' }, QUEUE],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args[1] = draw.below(XSK_DMA_QUEUES);
    args[0] = pickHandle<Umem>(world, draw, 'umem', ({ mappedQueues }) => mappedQueues[args[1]]);
    return args[0] >= 0;
  },
  applies(world, args) {
    return umemOf(world, args[0]).mappedQueues[args[1]];
  },
  run(world, args) {
    unmapQueue(world, umemOf(world, args[0]), args[1]);
    return 0;
  },
};

export const XSK_DMA_COMMANDS: readonly Command[] = [XP_DMA_MAP, XP_DMA_UNMAP];
