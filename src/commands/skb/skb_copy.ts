import { usualOf, type Usual } from '../usual';
import type { Id } from '../../model/world/kinds';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { pskbCopy } from '../../model/net/core/skbuff/copy/pskb_copy';
import { skbCopy } from '../../model/net/core/skbuff/copy/skb_copy';
import { skbCopyExpand } from '../../model/net/core/skbuff/copy/skb_copy_expand';
import { skbReallocHeadroom } from '../../model/net/core/skbuff/head/skb_realloc_headroom';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { skbOf } from '../objects';
import type { Arg } from '../arg';
import type { TruesizeEffects } from '../truesize_effects';
import { countHandles, nameResult, pickHandle } from '../pick';
import {
  EXPAND_MAX,
  headFits,
  HEADROOM_MAX,
  isFraglist,
  isWhole,
  orphanRecurses,
  orphanRefused,
  sendsUserPages,
  SKB_NAMES_MAX,
} from './skb_contract';
import { skbHeadlen, skbHeadroom } from '../../model/net/core/skbuff/skbuff_inlines';

/** The arguments of a call: the skb, and sizes by their names. */
type SizedArgs<Size extends string> = { skb: Id<'skb'> } & Record<Size, number>;

interface CopyCommand<Size extends string> extends Usual {
  readonly name: CommandName;
  readonly opcode: number;
  /** Arguments after the skb, and the largest value that is drawn for each. */
  readonly sizes: readonly { readonly name: Size; readonly max: number }[];
  /** The copy shares frags: the call orphans user pages, which can be refused. */
  readonly orphans: boolean;
  readonly contextual: boolean;
  readonly applies: (world: World, skb: SkBuff, args: Readonly<SizedArgs<Size>>) => boolean;
  readonly run: (world: World, skb: SkBuff, args: Readonly<SizedArgs<Size>>) => SkBuff | null;
  readonly truesize?: TruesizeEffects<Readonly<SizedArgs<Size>>>;
}

/** Another skb with the same payload. */
function copyCommand<const Size extends string>(spec: CopyCommand<Size>): Command {
  const sizes: Arg[] = spec.sizes.map(({ name, max }) => ({ name, type: 'int', min: 0, max }));
  return defineCommand<readonly Arg[]>({
    name: spec.name,
    opcode: spec.opcode,
    system: 'skb',
    args: [{ name: 'skb', type: 'skb' }, ...sizes],
    result: 'skb',
    outcomes: spec.orphans ? ['ok', 'enomem', 'not_orphaned'] : ['ok', 'enomem'],
    allocates: true,
    contextual: spec.contextual,
    ...usualOf(spec),
    truesize: spec.truesize,
    draw(world, draw, args: SizedArgs<Size>) {
      if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
      args.skb = pickHandle(world, draw, 'skb', isWhole);
      if (args.skb < 0) return false;
      for (const { name, max } of spec.sizes) args[name as keyof typeof args] = draw.size(0, max) as never;
      return true;
    },
    applies(world, args: SizedArgs<Size>) {
      const skb = skbOf(world, args.skb);
      if (!isWhole(skb) || (spec.orphans && !mayShareFrags(skb))) return false;
      return spec.applies(world, skb, args);
    },
    run(world, args: SizedArgs<Size>, result) {
      const skb = skbOf(world, args.skb);
      const refused = spec.orphans && orphanRefused(skb);
      const n = spec.run(world, skb, args);
      // An allocation can fail before the refusal (__pskb_copy_fclone): the outcome is not_orphaned all the same.
      if (n === null) return refused ? 2 : 1;
      n.payload = skb.payload;
      checkList(world, skb, n);
      nameResult(world, result, 'skb', n);
      return 0;
    },
  });
}

/**
 * Copies that share frags are made to send (pskb_copy, skb_realloc_headroom). A packet of device memory that was
 * received is not sent (validate_xmit_unreadable_skb).
 */
function mayShareFrags(skb: SkBuff): boolean {
  return !orphanRecurses(skb) && !sendsUserPages(skb) && !skb.unreadable;
}

/** A kernel that refuses a packet of fraglist GRO warns of it. */
function mayCopy(world: World, skb: SkBuff): boolean {
  return !isFraglist(skb) || !world.rules.copyRefusesFraglist || world.provokes;
}

/** With SKB_GSO_FRAGLIST the members of frag_list are the segments: a copy that has the flag has them too. */
function checkList(world: World, skb: SkBuff, n: SkBuff): void {
  if (isFraglist(n) && n.data.fragList === null && skb.data.fragList !== null)
    world.violate(
      'geometry',
      'skb',
      `skb#${n.id} says that its segments are in frag_list, where skb#${skb.id} has them`,
    );
}

export const SKB_COPY_COMMANDS: readonly Command[] = [
  copyCommand({
    name: 'skb_copy',
    opcode: 85,
    sizes: [],
    orphans: false,
    contextual: false,
    applies: (world, skb) => mayCopy(world, skb) && headFits(world, skb.data.end + skb.dataLen),
    run: skbCopy,
  }),
  copyCommand({
    name: 'skb_copy_expand',
    opcode: 86,
    sizes: [
      { name: 'newheadroom', max: EXPAND_MAX },
      { name: 'newtailroom', max: EXPAND_MAX },
    ],
    orphans: false,
    contextual: false,
    applies: (world, skb, args) =>
      mayCopy(world, skb) && headFits(world, args.newheadroom + skb.len + args.newtailroom),
    run: (world, skb, args) => skbCopyExpand(world, skb, args.newheadroom, args.newtailroom),
  }),
  copyCommand({
    name: 'pskb_copy',
    opcode: 87,
    sizes: [],
    orphans: true,
    contextual: false,
    usuallyNext: ['skb_shift', 'skb_shift', 'skb_try_coalesce'],
    applies: (world, skb) => headFits(world, skbHeadlen(skb) + skbHeadroom(skb)),
    run: pskbCopy,
  }),
  copyCommand({
    name: 'skb_realloc_headroom',
    opcode: 89,
    sizes: [{ name: 'headroom', max: HEADROOM_MAX }],
    orphans: true,
    contextual: true,
    points: ['pskb_expand_head: cloned', 'skb_release_data: dataref dropped', 'kfree_skb: last user'],
    // Aligning the difference adds less than a cache line.
    applies: (world, skb, args) => headFits(world, skb.data.end + args.headroom + world.abi.smpCacheBytes),
    run: (world, skb, args) => skbReallocHeadroom(world, skb, args.headroom),
    // Without more headroom it is pskb_copy.
    truesize: { expandsClone: (args, headroom) => args.headroom > headroom },
  }),
];
