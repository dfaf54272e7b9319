import { usualOf, type Usual } from '../usual';
import { UNREF_SKB_POINTS, KFREE_SKB_POINTS } from '../points';
import { NO_ID } from '../../model/world/kinds';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { consumeSkb, kfreeSkb, napiConsumeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { skbMorph } from '../../model/net/core/skbuff/copy/skb_morph';
import { skbClone } from '../../model/net/core/skbuff/copy/skb_clone';
import { skbShareCheck, skbUnshare } from '../../model/net/core/skbuff/copy/skb_share_check';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import {
  headFits,
  isFraglist,
  isSole,
  isWhole,
  needsOrphan,
  orphanRecurses,
  orphanRefused,
  sendsUserPages,
  SKB_NAMES_MAX,
} from './skb_contract';
import { skbCloned, skbShared } from '../../model/net/core/skbuff/skbuff_inlines';

const NAPI_BUDGET = 64;

const SKB_GET = defineCommand({
  name: 'skb_get',
  opcode: 80,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  result: 'skb',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  usuallyNext: ['skb_share_check', 'skb_clone', 'pskb_copy', 'skb_realloc_headroom', 'kfree_skb', 'consume_skb'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.skb = pickHandle(world, draw, 'skb', isWhole);
    return args.skb >= 0;
  },
  applies(world, args) {
    return isWhole(skbOf(world, args.skb));
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    skb.users++;
    world.touchSkb(skb);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
});

function freeCommand(
  name: CommandName,
  opcode: number,
  free: (world: World, skb: SkBuff) => void,
  usual: Usual = {},
): Command {
  return defineCommand({
    name,
    opcode,
    system: 'skb',
    args: [{ name: 'skb', type: 'skb', consumed: true }],
    outcomes: ['ok'],
    allocates: false,
    contextual: true,
    ...usual,
    draw(world, draw, args) {
      args.skb = pickHandle(world, draw, 'skb', isWhole);
      return args.skb >= 0;
    },
    applies(world, args) {
      return isWhole(skbOf(world, args.skb));
    },
    run(world, args) {
      const skb = skbOf(world, args.skb);
      consume(world, args.skb);
      free(world, skb);
      return 0;
    },
  });
}

/**
 * With a budget (the driver's NAPI poll) the call is for softirq only, and the struct goes to the per-CPU cache, which
 * makes no difference to memory.
 */
const NAPI_CONSUME_SKB = defineCommand({
  name: 'napi_consume_skb',
  opcode: 83,
  system: 'skb',
  args: [
    { name: 'skb', type: 'skb', consumed: true },
    { name: 'budget', type: 'int', min: 0, max: NAPI_BUDGET, default: 0 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  points: KFREE_SKB_POINTS,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', isWhole);
    args.budget = draw.chance(1, 2) ? NAPI_BUDGET : 0;
    return args.skb >= 0;
  },
  applies(world, args) {
    const mayHaveBudget = world.inSoftirq() || world.rules.consumesWithBudgetAnywhere;
    return isWhole(skbOf(world, args.skb)) && (args.budget === 0 || mayHaveBudget);
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    consume(world, args.skb);
    napiConsumeSkb(world, skb, args.budget);
    return 0;
  },
});

const SKB_CLONE = defineCommand({
  name: 'skb_clone',
  opcode: 84,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  result: 'skb',
  outcomes: ['ok', 'enomem', 'not_orphaned'],
  allocates: true,
  contextual: false,
  weight: 12,
  usuallyNext: [
    'skb_try_coalesce',
    'skb_try_coalesce',
    'skb_try_coalesce',
    'pskb_expand_head',
    'skb_unshare',
    'skb_unclone',
    'skb_morph',
    'kfree_skb',
  ],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.skb = pickHandle(world, draw, 'skb', isWhole);
    return args.skb >= 0;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return isWhole(skb) && !orphanRecurses(skb) && !sendsUserPages(skb);
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    const refused = orphanRefused(skb);
    const n = skbClone(world, skb);
    if (n === null) return refused ? 2 : 1;
    n.payload = skb.payload;
    nameResult(world, result, 'skb', n);
    return 0;
  },
});

/** A call that consumes a name and gives another, for the same sk_buff or for its replacement. */
interface ReplaceCommand extends Usual {
  readonly name: CommandName;
  readonly opcode: number;
  readonly outcomes: readonly string[];
  readonly applies: (world: World, skb: SkBuff) => boolean;
  readonly run: (world: World, skb: SkBuff) => SkBuff | null;
  /** Returns whether the call is likely to replace the skb. */
  readonly suits: (skb: SkBuff) => boolean;
}

function replaceCommand(spec: ReplaceCommand): Command {
  return defineCommand({
    name: spec.name,
    opcode: spec.opcode,
    system: 'skb',
    args: [{ name: 'skb', type: 'skb', consumed: true }],
    result: 'skb',
    outcomes: spec.outcomes,
    allocates: true,
    contextual: true,
    ...usualOf(spec),
    draw(world, draw, args) {
      args.skb = draw.chance(3, 4) ? pickHandle(world, draw, 'skb', (skb) => isWhole(skb) && spec.suits(skb)) : NO_ID;
      if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', isWhole);
      return args.skb >= 0;
    },
    applies(world, args) {
      const skb = skbOf(world, args.skb);
      return isWhole(skb) && spec.applies(world, skb);
    },
    run(world, args, result) {
      const skb = skbOf(world, args.skb);
      const { payload } = skb;
      const refused = orphanRefused(skb);
      consume(world, args.skb);
      const replacement = spec.run(world, skb);
      if (replacement === null) return refused && spec.outcomes.length > 3 ? 3 : 2;
      replacement.payload = payload;
      nameResult(world, result, 'skb', replacement);
      return replacement === skb ? 0 : 1;
    },
  });
}

/**
 * Makes `dst` a clone of `src`. Contract: only the caller uses `dst`, and `src` has no user pages to copy, since
 * skb_morph does not orphan them (see orphanRecurses).
 */
const SKB_MORPH = defineCommand({
  name: 'skb_morph',
  opcode: 95,
  system: 'skb',
  args: [
    { name: 'dst', type: 'skb' },
    { name: 'src', type: 'skb' },
  ],
  returnsPointer: true,
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  weight: 4,
  points: [...KFREE_SKB_POINTS],
  draw(world, draw, args) {
    args.dst = pickHandle(world, draw, 'skb', isSole);
    if (args.dst < 0) return false;
    const dst = skbOf(world, args.dst);
    args.src = pickHandle(world, draw, 'skb', (src) => mayMorph(dst, src));
    return args.src >= 0;
  },
  applies(world, args) {
    return mayMorph(skbOf(world, args.dst), skbOf(world, args.src));
  },
  run(world, args) {
    const dst = skbOf(world, args.dst);
    const src = skbOf(world, args.src);
    skbMorph(world, dst, src);
    dst.payload = src.payload;
    world.ret = 1;
    return 0;
  },
  truesize: { takesOverHead: true },
  expectTruesize(_world, _args, _outcome, _result, { first: dst, second: src }) {
    if (dst === null || src === null) return;
    dst.expectedTruesize = src.expectedTruesize;
    dst.truesizeDebt = src.truesizeDebt;
  },
});

function mayMorph(dst: SkBuff, src: SkBuff): boolean {
  return dst !== src && isSole(dst) && isWhole(src) && !needsOrphan(src) && !sendsUserPages(src);
}

export const SKB_LIFE_COMMANDS: readonly Command[] = [
  SKB_GET,
  freeCommand('kfree_skb', 81, kfreeSkb, { weight: 12, points: KFREE_SKB_POINTS }),
  freeCommand('consume_skb', 82, consumeSkb, { points: KFREE_SKB_POINTS }),
  NAPI_CONSUME_SKB,
  SKB_CLONE,
  replaceCommand({
    name: 'skb_unshare',
    opcode: 91,
    outcomes: ['same', 'copied', 'enomem'],
    points: [...UNREF_SKB_POINTS, 'skb_release_data: dataref dropped'],
    suits: skbCloned,
    applies: (world, skb) => !skbCloned(skb) || (!isFraglist(skb) && headFits(world, skb.data.end + skb.dataLen)),
    run: skbUnshare,
  }),
  replaceCommand({
    name: 'skb_share_check',
    opcode: 92,
    outcomes: ['same', 'cloned', 'enomem', 'not_orphaned'],
    points: ['skb_unref: users read'],
    suits: skbShared,
    applies: (_world, skb) => !skbShared(skb) || (!orphanRecurses(skb) && !sendsUserPages(skb)),
    run: skbShareCheck,
  }),
  SKB_MORPH,
];
