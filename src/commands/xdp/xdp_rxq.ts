import { defineCommand } from '../define_command';
import { EINVAL, ENOMEM, EOPNOTSUPP } from '../../model/lib/errno';
import { MEM_TYPES, MEM_TYPE_MAX, MEM_TYPE_PAGE_POOL, MEM_TYPE_XSK_BUFF_POOL } from '../../model/structs/xdp_mem_info';
import { XSK_CHUNKS, XSK_CHUNKS_MAX } from '../../model/structs/xsk_buff_pool';
import type { Draw } from '../draw';
import {
  xdpRxqInfoReg,
  xdpRxqInfoRegMemModel,
  xdpRxqInfoUnreg,
  xdpUnregMemModel,
} from '../../model/net/core/xdp/xdp_rxq_info';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, poolOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import { isInUse, mayServeXdp, RXQ_NAMES_MAX } from './xdp_contract';
import { rxqOf } from '../objects';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';

const FRAG_SIZES = [0, 2048, 4096];
const FRAG_SIZE_MAX = 8192;

/**
 * xdp_rxq_info_reg() with frag_size 0; __xdp_rxq_info_reg() since 5.18. The queue is new, and its device exists:
 * anything else is a WARN.
 */
const XDP_RXQ_INFO_REG = defineCommand({
  name: 'xdp_rxq_info_reg',
  opcode: 256,
  system: 'xdp',
  args: [{ name: 'frag_size', type: 'int', min: 0, max: FRAG_SIZE_MAX, default: 0 }],
  result: 'rxq',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 6,
  usuallyNext: ['xdp_rxq_info_reg_mem_model', 'xdp_rxq_info_reg_mem_model', 'page_pool_create'],
  draw(world, draw, args) {
    if (countHandles(world, 'rxq') >= RXQ_NAMES_MAX) return false;
    args.frag_size = draw.chance(1, 2) ? 0 : draw.pick(FRAG_SIZES);
    return true;
  },
  applies(_world, args) {
    return FRAG_SIZES.includes(args.frag_size);
  },
  run(world, args, result) {
    nameResult(world, result, 'rxq', xdpRxqInfoReg(world, args.frag_size));
    world.ret = 0;
    return 0;
  },
});

/** The driver takes the queue down while it holds no packet of it. Frames that left the driver may still exist. */
const XDP_RXQ_INFO_UNREG = defineCommand({
  name: 'xdp_rxq_info_unreg',
  opcode: 257,
  system: 'xdp',
  args: [{ name: 'rxq', type: 'rxq', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.rxq = pickHandle(world, draw, 'rxq', (rxq) => !isInUse(world, rxq));
    return args.rxq >= 0;
  },
  applies(world, args) {
    return !isInUse(world, rxqOf(world, args.rxq));
  },
  run(world, args) {
    const rxq = rxqOf(world, args.rxq);
    consume(world, args.rxq);
    xdpRxqInfoUnreg(world, rxq);
    return 0;
  },
});

/** The queue has no memory model yet, or its registration was refused. */
function awaitsModel(rxq: XdpRxqInfo): boolean {
  return rxq.mem.id === 0 && rxq.mem.xsk === null;
}

/** A packet of several chunks needs a kernel that makes skbs of it. */
function drawChunks(world: World, draw: Draw, type: number): number {
  if (!world.rules.buildsSkbFromBuff || type !== MEM_TYPE_XSK_BUFF_POOL) return XSK_CHUNKS;
  return draw.between(XSK_CHUNKS, XSK_CHUNKS_MAX);
}

/** Only MEM_TYPE_PAGE_POOL takes a pool: xdp_unreg_mem_model would leak any other. */
const XDP_RXQ_INFO_REG_MEM_MODEL = defineCommand({
  name: 'xdp_rxq_info_reg_mem_model',
  opcode: 290,
  system: 'xdp',
  args: [
    { name: 'rxq', type: 'rxq' },
    { name: 'type', type: 'enum', words: MEM_TYPES },
    { name: 'pool', type: 'pool', optional: true },
    { name: 'chunks', type: 'int', min: XSK_CHUNKS, max: XSK_CHUNKS_MAX, default: XSK_CHUNKS },
  ],
  outcomes: ['ok', 'einval', 'eopnotsupp', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 32,
  usuallyNext: ['page_pool_alloc_pages', 'alloc_pages', 'xsk_buff_alloc', 'page_pool_alloc_frag'],
  draw(world, draw, args) {
    args.rxq = pickHandle(world, draw, 'rxq', awaitsModel);
    args.type = draw.chance(2, 3) ? MEM_TYPE_PAGE_POOL : draw.below(MEM_TYPE_MAX);
    if (draw.chance(1, 24)) args.type = MEM_TYPE_MAX;
    if (world.rules.buildsSkbFromBuff && draw.chance(1, 3)) args.type = MEM_TYPE_XSK_BUFF_POOL;
    if (args.type === MEM_TYPE_PAGE_POOL && draw.chance(15, 16)) {
      args.pool = pickHandle(world, draw, 'pool', (pool) => mayServeXdp(world, pool));
      if (args.pool < 0) args.type = draw.below(2);
    }
    args.chunks = drawChunks(world, draw, args.type);
    return args.rxq >= 0;
  },
  applies(world, args) {
    const rxq = rxqOf(world, args.rxq);
    if (!awaitsModel(rxq) || isInUse(world, rxq)) return false;
    return args.pool < 0 || (args.type === MEM_TYPE_PAGE_POOL && mayServeXdp(world, poolOf(world, args.pool)));
  },
  run(world, args) {
    const pool = args.pool < 0 ? null : poolOf(world, args.pool);
    world.ret = xdpRxqInfoRegMemModel(world, rxqOf(world, args.rxq), args.type, pool, args.chunks);
    return outcomeOfReg(world.ret);
  },
});

function outcomeOfReg(ret: number): number {
  return ret === 0 ? 0 : [-EINVAL, -EOPNOTSUPP, -ENOMEM].indexOf(ret) + 1;
}

function mayUnregModel(world: World, rxq: XdpRxqInfo): boolean {
  return !isInUse(world, rxq);
}

/** xdp_rxq_info_unreg_mem_model(): the queue stays registered, and is MEM_TYPE_PAGE_SHARED again. */
const XDP_RXQ_INFO_UNREG_MEM_MODEL = defineCommand({
  name: 'xdp_rxq_info_unreg_mem_model',
  opcode: 291,
  system: 'xdp',
  args: [{ name: 'rxq', type: 'rxq' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.rxq = pickHandle(world, draw, 'rxq', (rxq) => mayUnregModel(world, rxq));
    return args.rxq >= 0;
  },
  applies(world, args) {
    return mayUnregModel(world, rxqOf(world, args.rxq));
  },
  run(world, args) {
    xdpUnregMemModel(world, rxqOf(world, args.rxq));
    return 0;
  },
});

export const XDP_RXQ_COMMANDS: readonly Command[] = [
  XDP_RXQ_INFO_REG,
  XDP_RXQ_INFO_UNREG,
  XDP_RXQ_INFO_REG_MEM_MODEL,
  XDP_RXQ_INFO_UNREG_MEM_MODEL,
];
