import { UNREF_SKB_POINTS, EXPAND_POINTS } from '../points';
import type { Id } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { __pskbPullTail, SPARE_TAILROOM } from '../../model/net/core/skbuff/pull_trim/__pskb_pull_tail';
import { ENOMEM } from '../../model/lib/errno';
import { skbLinearize } from '../../model/net/core/skbuff/pull_trim/skb_linearize';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { skbOf } from '../objects';
import type { Draw } from '../draw';
import { syncMemberPayloads } from './payload_members';
import { pickHandle } from '../pick';
import { oneAnd } from '../small_numbers';
import { headFits } from './skb_contract';
import { drawCut, LEN_MAX, mayReshape } from './transform_contract';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

/**
 * The call may expand the head by the bytes that the pull lacks and 128 more: not beyond what a small machine can give.
 */
function mayPull(world: World, skb: SkBuff, delta: number): boolean {
  const missing = skb.tail + delta - skb.data.end;
  return mayReshape(skb) && (missing <= 0 || headFits(world, skb.data.end + missing + SPARE_TAILROOM));
}

function drawNonlinear(world: World, draw: Draw, least: (skb: SkBuff) => number): Id<'skb'> {
  return pickHandle(world, draw, 'skb', (skb) => skb.dataLen > 0 && mayPull(world, skb, least(skb)));
}

/** Draws the number of bytes to pull: up to the end of a frag, or just as many as the tailroom holds. */
function drawDelta(draw: Draw, skb: SkBuff): number {
  const room = skb.data.end - skb.tail + draw.pick([0, 0, 1]);
  if (draw.chance(1, 4) && room >= 1 && room <= skb.dataLen) return room;
  const headlen = skbHeadlen(skb);
  return drawCut(draw, skb, headlen + 1, skb.len) - headlen;
}

/** Contract: the skb has `delta` paged bytes, as pskb_may_pull makes sure. NULL is enomem. */
const PSKB_PULL_TAIL = defineCommand({
  name: '__pskb_pull_tail',
  opcode: 100,
  system: 'skb',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'delta', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  small: { delta: oneAnd('all paged bytes', (skb) => skb.dataLen) },
  returnsPointer: true,
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  weight: 48,
  points: [...EXPAND_POINTS, ...UNREF_SKB_POINTS],
  draw(world, draw, args) {
    args.skb = drawNonlinear(world, draw, () => 1);
    if (args.skb < 0) return false;
    args.delta = drawDelta(draw, skbOf(world, args.skb));
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return args.delta <= skb.dataLen && mayPull(world, skb, args.delta);
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const pulled = __pskbPullTail(world, skb, args.delta);
    syncMemberPayloads(skb);
    world.ret = pulled ? 1 : 0;
    return pulled ? 0 : 1;
  },
  truesize: { forksMembers: true },
});

const SKB_LINEARIZE = defineCommand({
  name: 'skb_linearize',
  opcode: 101,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  weight: 8,
  points: [...EXPAND_POINTS, ...UNREF_SKB_POINTS],
  draw(world, draw, args) {
    args.skb = drawNonlinear(world, draw, (skb) => skb.dataLen);
    return args.skb >= 0;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return mayPull(world, skb, skb.dataLen);
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    world.ret = skbLinearize(world, skb);
    syncMemberPayloads(skb);
    return world.ret === -ENOMEM ? 1 : 0;
  },
  truesize: { forksMembers: true },
});

export const SKB_PULL_COMMANDS: readonly Command[] = [PSKB_PULL_TAIL, SKB_LINEARIZE];
