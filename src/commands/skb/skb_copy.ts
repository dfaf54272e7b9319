import { pskbCopy } from '../../model/net/core/skbuff/copy/pskb_copy';
import { skbCopy } from '../../model/net/core/skbuff/copy/skb_copy';
import { skbCopyExpand } from '../../model/net/core/skbuff/copy/skb_copy_expand';
import { skbReallocHeadroom } from '../../model/net/core/skbuff/head/skb_realloc_headroom';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { skbOf, type Arg, type Command } from '../command';
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

interface CopyCommand {
  readonly name: string;
  readonly opcode: number;
  /** Arguments after the skb, and how far they are drawn. */
  readonly sizes: readonly { readonly name: string; readonly max: number }[];
  /** The copy shares frags: the call orphans user pages, which can be refused. */
  readonly orphans: boolean;
  readonly contextual: boolean;
  readonly applies: (world: World, skb: SkBuff, args: readonly number[]) => boolean;
  readonly run: (world: World, skb: SkBuff, args: readonly number[]) => SkBuff | null;
}

/** Another skb with the same payload. */
function copyCommand(spec: CopyCommand): Command {
  const sizes: Arg[] = spec.sizes.map(({ name, max }) => ({ name, type: 'int', min: 0, max }));
  return {
    name: spec.name,
    opcode: spec.opcode,
    system: 'skb',
    args: [{ name: 'skb', type: 'skb' }, ...sizes],
    result: 'skb',
    outcomes: spec.orphans ? ['ok', 'enomem', 'not_orphaned'] : ['ok', 'enomem'],
    allocates: true,
    contextual: spec.contextual,
    draw(world, draw, args) {
      if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
      args[0] = pickHandle(world, draw, 'skb', isWhole);
      if (args[0] < 0) return false;
      for (let i = 0; i < spec.sizes.length; i++) args[i + 1] = draw.size(0, spec.sizes[i].max);
      return true;
    },
    applies(world, args) {
      const skb = skbOf(world, args[0]);
      if (!isWhole(skb) || (spec.orphans && (orphanRecurses(skb) || sendsUserPages(skb)))) return false;
      return spec.applies(world, skb, args);
    },
    run(world, args, result) {
      const skb = skbOf(world, args[0]);
      const refused = spec.orphans && orphanRefused(skb);
      const n = spec.run(world, skb, args);
      // An allocation can fail before the refusal (__pskb_copy_fclone): then there is memory that failed, and no matter.
      if (n === null) return refused ? 2 : 1;
      n.payload = skb.payload;
      checkList(world, skb, n);
      nameResult(world, result, 'skb', n);
      return 0;
    },
  };
}

function mayCopy(world: World, skb: SkBuff): boolean {
  return !isFraglist(skb) || !world.rules.copyRefusesFraglist;
}

/** SKB_GSO_FRAGLIST says that the members of frag_list are the segments: a copy that says so has them. */
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
    applies: (world, skb, args) => mayCopy(world, skb) && headFits(world, args[1] + skb.len + args[2]),
    run: (world, skb, args) => skbCopyExpand(world, skb, args[1], args[2]),
  }),
  copyCommand({
    name: 'pskb_copy',
    opcode: 87,
    sizes: [],
    orphans: true,
    contextual: false,
    applies: (world, skb) => headFits(world, skbHeadlen(skb) + skbHeadroom(skb)),
    run: pskbCopy,
  }),
  copyCommand({
    name: 'skb_realloc_headroom',
    opcode: 89,
    sizes: [{ name: 'headroom', max: HEADROOM_MAX }],
    orphans: true,
    contextual: true,
    // Aligning the difference adds less than a cache line.
    applies: (world, skb, args) => headFits(world, skb.data.end + args[1] + world.abi.smpCacheBytes),
    run: (world, skb, args) => skbReallocHeadroom(world, skb, args[1]),
  }),
];
