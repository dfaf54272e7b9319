import { usualOf, type Usual } from '../usual';
import { KFREE_SKB_POINTS, EXPAND_POINTS } from '../points';
import { type Id, NO_ID } from '../../model/world/kinds';
import type { Arg } from '../arg';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { pskbExpandHead, skbUnclone } from '../../model/net/core/skbuff/head/pskb_expand_head';
import { skbCow } from '../../model/net/core/skbuff/head/skb_cow';
import { skbExpandHead } from '../../model/net/core/skbuff/head/skb_expand_head';
import { __skbHeaderRelease } from '../../model/net/core/skbuff/copy/skb_header_release';
import { skbUncloneKeeptruesize, uncloneKeeptruesizeWarns } from '../../model/net/core/skbuff/copy/skb_unclone';
import { SKB_DATAREF_MASK, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import type { TruesizeEffects } from '../truesize_effects';
import { nameResult, pickHandle } from '../pick';
import {
  EXPAND_MAX,
  headFits,
  HEADROOM_MAX,
  isSole,
  isWhole,
  mayExpand,
  orphanRecurses,
  orphanRefused,
  sendsUserPages,
} from './skb_contract';
import { skbCloned, skbHeadroom } from '../../model/net/core/skbuff/skbuff_inlines';

/** The arguments of a call: the skb, and sizes by their names. */
type SizedArgs<Size extends string> = { skb: Id<'skb'> } & Record<Size, number>;

interface HeadCommand<Size extends string> extends Usual {
  readonly name: CommandName;
  readonly opcode: number;
  readonly sizes: readonly { readonly name: Size; readonly max: number }[];
  readonly applies: (world: World, skb: SkBuff, args: Readonly<SizedArgs<Size>>) => boolean;
  readonly run: (world: World, skb: SkBuff, args: Readonly<SizedArgs<Size>>) => number;
  /** Skbs that the call changes; absent: all. Others are drawn less often. */
  readonly suits?: (skb: SkBuff) => boolean;
  readonly truesize?: TruesizeEffects<Readonly<SizedArgs<Size>>>;
}

/** Replaces the head of an sk_buff. Contract: the caller is its only user (mayExpand). */
function headCommand<const Size extends string>(spec: HeadCommand<Size>): Command {
  const { suits } = spec;
  return defineCommand<readonly Arg[]>({
    name: spec.name,
    opcode: spec.opcode,
    system: 'skb',
    args: [
      { name: 'skb', type: 'skb' },
      ...spec.sizes.map(({ name, max }) => ({ name, type: 'int', min: 0, max }) as const),
    ],
    outcomes: ['ok', 'enomem'],
    allocates: true,
    contextual: true,
    ...usualOf(spec),
    truesize: spec.truesize,
    draw(world, draw, args: SizedArgs<Size>) {
      const prefers = suits !== undefined && draw.chance(3, 4);
      args.skb = prefers ? pickHandle(world, draw, 'skb', (skb) => isSole(skb) && suits(skb)) : NO_ID;
      if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', isSole);
      if (args.skb < 0) return false;
      for (const { name, max } of spec.sizes) args[name as keyof typeof args] = draw.size(0, max) as never;
      return true;
    },
    applies(world, args: SizedArgs<Size>) {
      return spec.applies(world, skbOf(world, args.skb), args);
    },
    run(world, args: SizedArgs<Size>) {
      world.ret = spec.run(world, skbOf(world, args.skb), args);
      return world.ret === 0 ? 0 : 1;
    },
  });
}

/** Contract: nothing shares the head, since the call sets dataref and does not count. */
const SKB_HEADER_RELEASE = defineCommand({
  name: '__skb_header_release',
  opcode: 94,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', mayReleaseHeader);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayReleaseHeader(skbOf(world, args.skb));
  },
  run(world, args) {
    __skbHeaderRelease(world, skbOf(world, args.skb));
    return 0;
  },
});

function mayReleaseHeader(skb: SkBuff): boolean {
  return isSole(skb) && (skb.data.dataref & SKB_DATAREF_MASK) === 1;
}

/**
 * Contract: more headroom than there is (ip_finish_output2 tests skb_headroom(skb) < hh_len). The skb may have other
 * users: the call clones it then.
 */
const SKB_EXPAND_HEAD = defineCommand({
  name: 'skb_expand_head',
  opcode: 97,
  system: 'skb',
  args: [
    { name: 'skb', type: 'skb', consumed: true },
    { name: 'headroom', type: 'int', min: 1, max: HEADROOM_MAX, smallest: 1 },
  ],
  result: 'skb',
  outcomes: ['ok', 'cloned', 'enomem', 'not_orphaned'],
  allocates: true,
  contextual: true,
  points: [...EXPAND_POINTS, ...KFREE_SKB_POINTS],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => isWhole(skb) && skbHeadroom(skb) < HEADROOM_MAX);
    if (args.skb < 0) return false;
    args.headroom = draw.size(skbHeadroom(skbOf(world, args.skb)) + 1, HEADROOM_MAX);
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    if (!isWhole(skb) || args.headroom <= skbHeadroom(skb) || orphanRecurses(skb)) return false;
    // Without is_skb_wmem() the call clones the skb, and frees the one whose destructor tells the user.
    if (sendsUserPages(skb)) return false;
    return headFits(world, skb.data.end + args.headroom + world.abi.smpCacheBytes);
  },
  run(world, args, result) {
    const skb = skbOf(world, args.skb);
    const { payload } = skb;
    const refused = orphanRefused(skb);
    consume(world, args.skb);
    const expanded = skbExpandHead(world, skb, args.headroom);
    if (expanded === null) return refused ? 3 : 2;
    expanded.payload = payload;
    nameResult(world, result, 'skb', expanded);
    return expanded === skb ? 0 : 1;
  },
  truesize: { chargesOwned: true, expandsClone: () => true },
});

export const SKB_HEAD_COMMANDS: readonly Command[] = [
  headCommand({
    name: 'pskb_expand_head',
    opcode: 88,
    sizes: [
      { name: 'nhead', max: EXPAND_MAX },
      { name: 'ntail', max: EXPAND_MAX },
    ],
    points: EXPAND_POINTS,
    applies: (world, skb, args) => mayExpand(world, skb, args.nhead + args.ntail),
    run: (world, skb, args) => pskbExpandHead(world, skb, args.nhead, args.ntail),
  }),
  headCommand({
    name: 'skb_cow',
    opcode: 90,
    sizes: [{ name: 'headroom', max: HEADROOM_MAX }],
    points: EXPAND_POINTS,
    applies: (world, skb, args) => mayExpand(world, skb, args.headroom + world.abi.netSkbPad),
    run: (world, skb, args) => skbCow(world, skb, args.headroom),
  }),
  headCommand({
    name: 'skb_unclone',
    opcode: 93,
    sizes: [],
    points: ['pskb_expand_head: cloned', 'skb_release_data: dataref dropped'],
    suits: skbCloned,
    applies: (world, skb) => mayExpand(world, skb, 0),
    run: skbUnclone,
  }),
  SKB_HEADER_RELEASE,
  headCommand({
    name: 'skb_unclone_keeptruesize',
    opcode: 96,
    sizes: [],
    points: ['pskb_expand_head: cloned', 'skb_release_data: dataref dropped'],
    suits: skbCloned,
    truesize: { keepsTruesize: true },
    // The callers work on TCP's own write queue, whose heads are all of one size: none is too small to take back.
    applies: (world, skb) => mayExpand(world, skb, 0) && !uncloneKeeptruesizeWarns(world, skb),
    run: skbUncloneKeeptruesize,
  }),
  SKB_EXPAND_HEAD,
];
