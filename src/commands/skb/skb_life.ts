import { consumeSkb, kfreeSkb, napiConsumeSkb } from '../../model/net/core/skbuff/free/skb_free';
import { skbMorph } from '../../model/net/core/skbuff/copy/skb_morph';
import { skbClone } from '../../model/net/core/skbuff/copy/skb_clone';
import { skbShareCheck, skbUnshare } from '../../model/net/core/skbuff/copy/skb_share_check';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { consume, skbOf, type Command } from '../command';
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

const SKB_GET: Command = {
  name: 'skb_get',
  opcode: 80,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  result: 'skb',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args[0] = pickHandle(world, draw, 'skb', isWhole);
    return args[0] >= 0;
  },
  applies(world, args) {
    return isWhole(skbOf(world, args[0]));
  },
  run(world, args, result) {
    const skb = skbOf(world, args[0]);
    skb.users++;
    world.touchSkb(skb);
    nameResult(world, result, 'skb', skb);
    return 0;
  },
};

function freeCommand(name: string, opcode: number, free: (world: World, skb: SkBuff) => void): Command {
  return {
    name,
    opcode,
    system: 'skb',
    args: [{ name: 'skb', type: 'skb', consumed: true }],
    outcomes: ['ok'],
    allocates: false,
    contextual: true,
    draw(world, draw, args) {
      args[0] = pickHandle(world, draw, 'skb', isWhole);
      return args[0] >= 0;
    },
    applies(world, args) {
      return isWhole(skbOf(world, args[0]));
    },
    run(world, args) {
      const skb = skbOf(world, args[0]);
      consume(world, args[0]);
      free(world, skb);
      return 0;
    },
  };
}

/** With a budget (the driver's NAPI poll) it is for softirq only, and the struct goes to the per-CPU cache, which is the same to memory. */
const NAPI_CONSUME_SKB: Command = {
  ...freeCommand('napi_consume_skb', 83, consumeSkb),
  args: [
    { name: 'skb', type: 'skb', consumed: true },
    { name: 'budget', type: 'int', min: 0, max: NAPI_BUDGET, default: 0 },
  ],
  draw(world, draw, args) {
    args[0] = pickHandle(world, draw, 'skb', isWhole);
    args[1] = draw.chance(1, 2) ? NAPI_BUDGET : 0;
    return args[0] >= 0;
  },
  applies(world, args) {
    const mayHaveBudget = world.inSoftirq() || world.rules.consumesWithBudgetAnywhere;
    return isWhole(skbOf(world, args[0])) && (args[1] === 0 || mayHaveBudget);
  },
  run(world, args) {
    const skb = skbOf(world, args[0]);
    consume(world, args[0]);
    napiConsumeSkb(world, skb, args[1]);
    return 0;
  },
};

const SKB_CLONE: Command = {
  name: 'skb_clone',
  opcode: 84,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  result: 'skb',
  outcomes: ['ok', 'enomem', 'not_orphaned'],
  allocates: true,
  contextual: false,
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args[0] = pickHandle(world, draw, 'skb', isWhole);
    return args[0] >= 0;
  },
  applies(world, args) {
    const skb = skbOf(world, args[0]);
    return isWhole(skb) && !orphanRecurses(skb) && !sendsUserPages(skb);
  },
  run(world, args, result) {
    const skb = skbOf(world, args[0]);
    const refused = orphanRefused(skb);
    const n = skbClone(world, skb);
    if (n === null) return refused ? 2 : 1;
    n.payload = skb.payload;
    nameResult(world, result, 'skb', n);
    return 0;
  },
};

/** A call that takes a name and gives another, for the same sk_buff or for one that took its place. */
interface ReplaceCommand {
  readonly name: string;
  readonly opcode: number;
  readonly outcomes: readonly string[];
  readonly applies: (world: World, skb: SkBuff) => boolean;
  readonly run: (world: World, skb: SkBuff) => SkBuff | null;
  /** Is it likely that the call does something? */
  readonly suits: (skb: SkBuff) => boolean;
}

function replaceCommand(spec: ReplaceCommand): Command {
  return {
    name: spec.name,
    opcode: spec.opcode,
    system: 'skb',
    args: [{ name: 'skb', type: 'skb', consumed: true }],
    result: 'skb',
    outcomes: spec.outcomes,
    allocates: true,
    contextual: true,
    draw(world, draw, args) {
      args[0] = draw.chance(3, 4)
        ? pickHandle<SkBuff>(world, draw, 'skb', (skb) => isWhole(skb) && spec.suits(skb))
        : -1;
      if (args[0] < 0) args[0] = pickHandle(world, draw, 'skb', isWhole);
      return args[0] >= 0;
    },
    applies(world, args) {
      const skb = skbOf(world, args[0]);
      return isWhole(skb) && spec.applies(world, skb);
    },
    run(world, args, result) {
      const skb = skbOf(world, args[0]);
      const { payload } = skb;
      const refused = orphanRefused(skb);
      consume(world, args[0]);
      const replacement = spec.run(world, skb);
      if (replacement === null) return refused && spec.outcomes.length > 3 ? 3 : 2;
      replacement.payload = payload;
      nameResult(world, result, 'skb', replacement);
      return replacement === skb ? 0 : 1;
    },
  };
}

/**
 * `dst` becomes a clone of `src`. Contract: only the caller uses `dst`, and `src` has no user pages to be copied, since skb_morph does
 * not orphan them (see orphanRecurses).
 */
const SKB_MORPH: Command = {
  name: 'skb_morph',
  opcode: 95,
  system: 'skb',
  args: [
    { name: 'dst', type: 'skb' },
    { name: 'src', type: 'skb' },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  draw(world, draw, args) {
    args[0] = pickHandle(world, draw, 'skb', isSole);
    if (args[0] < 0) return false;
    const dst = skbOf(world, args[0]);
    args[1] = pickHandle<SkBuff>(world, draw, 'skb', (src) => mayMorph(dst, src));
    return args[1] >= 0;
  },
  applies(world, args) {
    return mayMorph(skbOf(world, args[0]), skbOf(world, args[1]));
  },
  run(world, args) {
    const dst = skbOf(world, args[0]);
    const src = skbOf(world, args[1]);
    skbMorph(world, dst, src);
    dst.payload = src.payload;
    world.ret = 1;
    return 0;
  },
};

function mayMorph(dst: SkBuff, src: SkBuff): boolean {
  return dst !== src && isSole(dst) && isWhole(src) && !needsOrphan(src) && !sendsUserPages(src);
}

export const SKB_LIFE_COMMANDS: readonly Command[] = [
  SKB_GET,
  freeCommand('kfree_skb', 81, kfreeSkb),
  freeCommand('consume_skb', 82, consumeSkb),
  NAPI_CONSUME_SKB,
  SKB_CLONE,
  replaceCommand({
    name: 'skb_unshare',
    opcode: 91,
    outcomes: ['same', 'copied', 'enomem'],
    suits: skbCloned,
    applies: (world, skb) => !skbCloned(skb) || (!isFraglist(skb) && headFits(world, skb.data.end + skb.dataLen)),
    run: skbUnshare,
  }),
  replaceCommand({
    name: 'skb_share_check',
    opcode: 92,
    outcomes: ['same', 'cloned', 'enomem', 'not_orphaned'],
    suits: skbShared,
    applies: (_world, skb) => !skbShared(skb) || (!orphanRecurses(skb) && !sendsUserPages(skb)),
    run: skbShareCheck,
  }),
  SKB_MORPH,
];
