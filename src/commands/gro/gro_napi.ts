import type { Usual } from '../usual';
import type { Id } from '../../model/world/kinds';
import { defineCommand, type CommandRecord } from '../define_command';
import type { Napi } from '../../model/structs/napi';
import { netifNapiAdd, netifNapiDel } from '../../model/net/core/gro/napi_add';
import { groNormalList, napiGroFlush } from '../../model/net/core/gro/napi_gro';
import { groCb } from '../../model/structs/napi_gro_cb';
import { napiFreeFrags, napiGetFrags } from '../../model/net/core/gro/napi_gro_receive';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { GRO_LEGACY_MAX_SIZE } from '../../model/net/core/gro/skb_gro_receive';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume } from '../objects';
import type { Arg } from '../arg';
import { inPoll } from './gro_contract';
import { napiOf } from '../objects';
import { settleCompleted } from './gro_payload';
import { countHandles, nameResult, pickHandle } from '../pick';
import { SKB_NAMES_MAX } from '../skb/skb_contract';

const NAPI = { name: 'napi', type: 'napi' } as const satisfies Arg;
const FEATURES = ['no_gro', 'fraglist', 'udp_fwd'] as const;
const NO_GRO = 1;
const FRAGLIST = 2;
const UDP_FWD = 4;
const NAPI_NAMES_MAX = 2;
/** The module has one device for each NAPI. */
const NAPIS_MAX = 4;
/** GRO_MAX_SIZE: 8 * 65535. */
const GRO_MAX_SIZE = 8 * 65535;
const MAX_SIZES = [
  GRO_LEGACY_MAX_SIZE,
  GRO_LEGACY_MAX_SIZE,
  GRO_LEGACY_MAX_SIZE,
  2048,
  8192,
  GRO_MAX_SIZE,
  GRO_MAX_SIZE,
];

/**
 * netif_napi_add on a device with these features, gro_max_size and gro_ipv4_max_size, and an rx_handler that keeps the
 * packets that GRO passes to the stack.
 */
const NETIF_NAPI_ADD = defineCommand({
  name: 'netif_napi_add',
  opcode: 130,
  system: 'gro',
  args: [
    { name: 'features', type: 'flags', words: FEATURES, default: 0 },
    { name: 'gro_max_size', type: 'int', min: 1, max: GRO_MAX_SIZE, default: GRO_LEGACY_MAX_SIZE },
  ],
  result: 'napi',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 24,
  usuallyNext: ['alloc_pages', 'napi_alloc_skb', 'page_pool_create'],
  draw(world, draw, args) {
    if (countHandles(world, 'napi') >= NAPI_NAMES_MAX) return false;
    args.features = draw.pick([0, 0, 0, 0, UDP_FWD, UDP_FWD, FRAGLIST, FRAGLIST, FRAGLIST | UDP_FWD]);
    if (draw.chance(1, 24)) args.features |= NO_GRO;
    const big = args.features === UDP_FWD && draw.chance(1, 2);
    args.gro_max_size = big ? GRO_MAX_SIZE : draw.pick(MAX_SIZES);
    return true;
  },
  applies(world) {
    return world.systems.napis.length < NAPIS_MAX;
  },
  run(world, args, result) {
    const napi = netifNapiAdd(world);
    napi.gro = (args.features & NO_GRO) === 0;
    napi.groFraglist = (args.features & FRAGLIST) !== 0;
    napi.groUdpFwd = (args.features & UDP_FWD) !== 0;
    napi.groMaxSize = args.gro_max_size;
    nameResult(world, result, 'napi', napi);
    return 0;
  },
});

type NapiSpec<Args extends readonly Arg[]> = Pick<CommandRecord<Args>, 'name' | 'opcode' | 'run'> &
  Partial<
    Pick<
      CommandRecord<Args>,
      'args' | 'result' | 'returnsPointer' | 'outcomes' | 'contextual' | 'draw' | 'applies' | keyof Usual
    >
  > & {
    readonly suits: (world: World, napi: Napi) => boolean;
  };

/** A command that runs in the poll of one NAPI; without `args` the NAPI is its only argument. */
function napiCommand<const Args extends readonly [typeof NAPI, ...Arg[]] = readonly [typeof NAPI]>(
  spec: NapiSpec<Args>,
): Command {
  const { suits } = spec;
  return defineCommand<readonly Arg[]>({
    system: 'gro',
    args: [NAPI],
    outcomes: ['ok'],
    allocates: false,
    contextual: true,
    draw(world, draw, args: { napi: Id<'napi'> }) {
      args.napi = pickHandle(world, draw, 'napi', (napi) => suits(world, napi));
      return args.napi >= 0;
    },
    applies: (world, args: { readonly napi: Id<'napi'> }) => inPoll(world) && suits(world, napiOf(world, args.napi)),
    ...spec,
  });
}

const holdsPackets = (_world: World, napi: Napi): boolean => napi.groBitmask !== 0;
const isAny = (): boolean => true;

/**
 * netif_napi_del drops the held packets. The poll has ended, so no packet waits on rx_list. The rx_handler drops the
 * packets that it received.
 */
const NETIF_NAPI_DEL = napiCommand({
  name: 'netif_napi_del',
  opcode: 131,
  args: [{ ...NAPI, consumed: true }],
  contextual: false,
  weight: 1,
  suits: (world, napi) => napi.rxList.length === 0 || world.rules.napiDelWithRxList,
  applies(world, args) {
    return napiOf(world, args.napi).rxList.length === 0 || world.rules.napiDelWithRxList;
  },
  run(world, args) {
    const napi = napiOf(world, args.napi);
    consume(world, args.napi);
    netifNapiDel(world, napi);
    for (const skb of napi.received) kfreeSkb(world, skb);
    napi.received.length = 0;
    return 0;
  },
});

/** napi_get_frags makes napi.skb, with struct and head from the caches of NAPI, unless it exists. */
const NAPI_GET_FRAGS = napiCommand({
  name: 'napi_get_frags',
  opcode: 135,
  returnsPointer: true,
  outcomes: ['ok', 'reused'],
  weight: 4,
  usuallyNext: ['napi_add_rx_frag', 'napi_add_rx_frag', 'napi_add_rx_frag', 'device_write_packet', 'alloc_pages'],
  suits: isAny,
  run(world, args) {
    const napi = napiOf(world, args.napi);
    const kept = napi.skb !== null;
    world.ret = napiGetFrags(world, napi) ? 1 : 0;
    return kept ? 1 : 0;
  },
});

/** napi_free_frags: the driver gives up a packet. */
const NAPI_FREE_FRAGS = napiCommand({
  name: 'napi_free_frags',
  opcode: 142,
  weight: 1,
  suits: (_world, napi) => napi.skb !== null,
  run(world, args) {
    napiFreeFrags(world, napiOf(world, args.napi));
    return 0;
  },
});

/** napi_gro_flush; `flush_old`: only packets that were held before the last tick. */
const NAPI_GRO_FLUSH = napiCommand({
  name: 'napi_gro_flush',
  opcode: 138,
  args: [NAPI, { name: 'flush_old', type: 'int', min: 0, max: 1, default: 0 }],
  outcomes: ['all', 'some', 'none'],
  weight: 12,
  usuallyNext: ['gro_normal_list', 'gro_normal_list', 'gro_normal_list', 'rx_handler_take'],
  suits: holdsPackets,
  draw(world, draw, args) {
    args.napi = pickHandle(world, draw, 'napi', (napi) => napi.groBitmask !== 0);
    args.flush_old = draw.below(2);
    return args.napi >= 0;
  },
  run(world, args) {
    const napi = napiOf(world, args.napi);
    const before = heldPackets(napi);
    napiGroFlush(world, napi, args.flush_old === 1);
    settleCompleted(world, napi);
    const left = heldPackets(napi);
    if (left === 0) return 0;
    return left < before ? 1 : 2;
  },
});

function heldPackets(napi: Napi): number {
  let held = 0;
  for (const { list } of napi.groHash) held += list.length;
  return held;
}

/** No kernel function: jiffies advances, so that all held packets are old. */
const JIFFIES_PASS = napiCommand({
  name: 'jiffies_pass',
  opcode: 141,
  weight: 16,
  usuallyNext: [
    'napi_gro_flush',
    'napi_gro_receive',
    'napi_gro_frags',
    'alloc_skb',
    'napi_alloc_skb',
    'skb_put_packet',
  ],
  suits: holdsPackets,
  run(world, args) {
    for (const { list } of napiOf(world, args.napi).groHash) for (const skb of list) groCb(skb).old = true;
    return 0;
  },
});

/**
 * gro_normal_list, as at the end of a poll (napi_complete_done): the packets on rx_list go to the stack, and the
 * rx_handler takes them.
 */
const GRO_NORMAL_LIST = napiCommand({
  name: 'gro_normal_list',
  opcode: 139,
  weight: 48,
  usuallyNext: ['rx_handler_take', 'rx_handler_take', 'rx_handler_take', 'netif_napi_del'],
  suits: (_world, napi) => napi.rxCount > 0,
  run(world, args) {
    groNormalList(napiOf(world, args.napi));
    return 0;
  },
});

/** Names the first packet that the rx_handler received. */
const RX_HANDLER_TAKE = napiCommand({
  name: 'rx_handler_take',
  opcode: 140,
  result: 'skb',
  weight: 32,
  usuallyNext: [
    'skb_push_headers',
    'skb_push_headers',
    'rx_handler_take',
    'skb_clone',
    'skb_copy',
    '__pskb_pull_tail',
    'skb_linearize',
    '___pskb_trim',
    'kfree_skb',
    'skb_detach_frag_list',
    'skb_try_coalesce',
  ],
  suits: (_world, napi) => napi.received.length > 0,
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.napi = pickHandle(world, draw, 'napi', (napi) => napi.received.length > 0);
    return args.napi >= 0;
  },
  run(world, args, result) {
    const skb = napiOf(world, args.napi).received.shift() as SkBuff;
    world.touchSkb(skb);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
});

export const GRO_NAPI_COMMANDS: readonly Command[] = [
  NETIF_NAPI_ADD,
  NETIF_NAPI_DEL,
  NAPI_GET_FRAGS,
  NAPI_FREE_FRAGS,
  NAPI_GRO_FLUSH,
  JIFFIES_PASS,
  GRO_NORMAL_LIST,
  RX_HANDLER_TAKE,
];
