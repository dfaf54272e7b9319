import { defineCommand } from '../define_command';
import { skbTruesize } from '../../model/net/core/skbuff/alloc/kmalloc_reserve';
import { skFree } from '../../model/net/core/sock/sk_destruct';
import { skFilter } from '../../model/net/core/filter/sk_filter_trim_cap';
import { skbDeferFreeFlush, tcpEatRecvSkb } from '../../model/net/core/skbuff/free/skb_attempt_defer_free';
import { DESTRUCTOR_NONE, DESTRUCTOR_SOCK_RFREE, type SkBuff } from '../../model/structs/sk_buff';
import type { Sock } from '../../model/structs/sock';
import { skbOrphanPartial } from '../../model/net/core/sock/skb_orphan_partial';
import { tcpWriteQueuePurge } from '../../model/net/ipv4/tcp_write_queue';
import { isSkbWmem } from '../../model/net/core/sock/sock_charge';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf, sockOf } from '../objects';
import { slicePayload } from '../../model/lib/payload';
import { syncMemberPayloads } from '../skb/payload_members';
import { pickHandle } from '../pick';
import { isSole, wasHandedOut } from '../skb/skb_contract';
import { drawCut, LEN_MAX, mayReshape } from '../skb/transform_contract';
import { skbCloned, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

/** A longer list of deferred skbs does not make a generated program find more. */
const DEFERRED_MAX = 8;

/**
 * All received skbs were read, or sk_common_release purges them. An skb of skb_orphan_partial would hold a reference
 * that keeps the socket.
 */
function mayClose(world: World, sk: Sock): boolean {
  if (sk.xsk !== null || sk.rmemAlloc !== 0) return false;
  for (const skb of world.skbs) if (skb.sk === sk && !isSkbWmem(skb)) return false;
  return true;
}

/** The user closes the socket; skbs that were sent keep it until the last one is freed. */
const SK_COMMON_RELEASE = defineCommand({
  name: 'sk_common_release',
  opcode: 440,
  system: 'stack',
  args: [{ name: 'sock', type: 'sock', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 6,
  usuallyNext: ['ip_defrag', 'ip_defrag', 'kfree_skb', 'skb_orphan_partial', 'ip_do_fragment'],
  draw(world, draw, args) {
    args.sock = pickHandle(world, draw, 'sock', (sk) => sk.wmemAlloc > 1 && mayClose(world, sk));
    return args.sock >= 0;
  },
  applies(world, args) {
    return mayClose(world, sockOf(world, args.sock));
  },
  run(world, args) {
    const sk = sockOf(world, args.sock);
    consume(world, args.sock);
    // sk->sk_prot->destroy(): tcp_v4_destroy_sock() empties the write queue before the socket drops its own reference.
    tcpWriteQueuePurge(world, sk);
    skFree(world, sk);
    return 0;
  },
});

/** The skb was received and is not charged yet. */
function mayFilter(skb: SkBuff): boolean {
  return mayReshape(skb) && !wasHandedOut(skb) && skb.destructor === DESTRUCTOR_NONE && skb.sk === null;
}

/** Runs a filter that returns `len`: the number of bytes of the packet that are kept. */
const SK_FILTER_TRIM_CAP = defineCommand({
  name: 'sk_filter_trim_cap',
  opcode: 441,
  system: 'stack',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'sock', type: 'sock' },
    { name: 'len', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'enomem', 'pfmemalloc'],
  allocates: true,
  contextual: true,
  weight: 24,
  draw(world, draw, args) {
    const nonlinear = (skb: SkBuff): boolean => mayFilter(skb) && skb.dataLen > 0;
    args.skb = pickHandle(world, draw, 'skb', draw.chance(7, 8) ? nonlinear : mayFilter);
    args.sock = draw.handle(world, 'sock');
    if (args.skb < 0 || args.sock < 0) return false;
    const skb = skbOf(world, args.skb);
    if (skb.len === 0) return false;
    args.len = drawCut(draw, skb, 1, skb.len);
    return args.len >= 1;
  },
  applies(world, args) {
    return mayFilter(skbOf(world, args.skb));
  },
  /** True when the call cuts an skb that is not linear. */
  noteBefore(world, args) {
    const skb = skbOf(world, args.skb);
    return skb.dataLen > 0 && args.len < skb.len;
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const { pfmemalloc } = skb;
    world.ret = skFilter(world, sockOf(world, args.sock), skb, args.len);
    if (world.ret === 0) skb.payload = slicePayload(skb.payload, 0, skb.len);
    syncMemberPayloads(skb);
    return world.ret === 0 ? 0 : pfmemalloc ? 2 : 1;
  },
  truesize: { condenses: 'trimmed', forksMembers: true },
  expectTruesize(world, args, outcome, _result, { note: trimmed }) {
    const skb = skbOf(world, args.skb);
    // The skb is not charged: skb_condense moves paged bytes into the head where they fit, and releases their pages.
    if (outcome !== 'ok' || !trimmed || skb.dataLen > skb.data.end - skb.tail || skbCloned(skb)) return;
    skb.expectedTruesize = skbTruesize(world, skb.data.end);
    skb.truesizeDebt = 0;
  },
});

function mayOrphanPartial(skb: SkBuff): boolean {
  return isSole(skb) && skbZcopy(skb) === null && (skb.destructor === DESTRUCTOR_NONE || isSkbWmem(skb));
}

const SKB_ORPHAN_PARTIAL = defineCommand({
  name: 'skb_orphan_partial',
  opcode: 442,
  system: 'stack',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  usuallyNext: ['skb_orphan', 'kfree_skb', 'pskb_expand_head', '___pskb_trim'],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => mayOrphanPartial(skb) && isSkbWmem(skb));
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayOrphanPartial(skbOf(world, args.skb));
  },
  run(world, args) {
    skbOrphanPartial(world, skbOf(world, args.skb));
    return 0;
  },
});

function mayEat(skb: SkBuff): boolean {
  return isSole(skb) && skb.destructor === DESTRUCTOR_SOCK_RFREE;
}

/** The reader of a TCP socket is done with an skb of its receive queue. Another CPU allocated the skb and frees it. */
const TCP_EAT_RECV_SKB = defineCommand({
  name: 'tcp_eat_recv_skb',
  opcode: 443,
  system: 'stack',
  args: [{ name: 'skb', type: 'skb', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  modelOnly: 'the VMs have one CPU, which frees at once what it allocated',
  weight: 16,
  usuallyNext: ['skb_defer_free_flush', 'skb_clone', 'tcp_eat_recv_skb'],
  draw(world, draw, args) {
    if (world.systems.deferred.length >= DEFERRED_MAX) return false;
    args.skb = pickHandle(world, draw, 'skb', mayEat);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayEat(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    consume(world, args.skb);
    tcpEatRecvSkb(world, skb);
    return 0;
  },
});

const SKB_DEFER_FREE_FLUSH = defineCommand({
  name: 'skb_defer_free_flush',
  opcode: 444,
  system: 'stack',
  args: [],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  modelOnly: 'the VMs have one CPU, which frees at once what it allocated',
  draw(world) {
    return world.systems.deferred.length > 0;
  },
  applies(world) {
    return world.inSoftirq();
  },
  run(world) {
    skbDeferFreeFlush(world);
    return 0;
  },
});

export const STACK_SOCK_COMMANDS: readonly Command[] = [
  SK_COMMON_RELEASE,
  SK_FILTER_TRIM_CAP,
  SKB_ORPHAN_PARTIAL,
  TCP_EAT_RECV_SKB,
  SKB_DEFER_FREE_FLUSH,
];
