import { __pskbPullTail, SPARE_TAILROOM } from '../../model/net/core/skbuff/pull_trim/__pskb_pull_tail';
import { ENOMEM } from '../../model/lib/errno';
import { skbLinearize } from '../../model/net/core/skbuff/pull_trim/skb_linearize';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { skbOf, type Command } from '../command';
import type { Draw } from '../draw';
import { syncMemberPayloads } from './payload_members';
import { pickHandle } from '../pick';
import { headFits } from './skb_contract';
import { drawCut, LEN_MAX, mayReshape } from './transform_contract';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

/** The head may be expanded, to what the pull lacks and 128 bytes: not beyond what a small machine can give. */
function mayPull(world: World, skb: SkBuff, delta: number): boolean {
  const missing = skb.tail + delta - skb.data.end;
  return mayReshape(skb) && (missing <= 0 || headFits(world, skb.data.end + missing + SPARE_TAILROOM));
}

function drawNonlinear(world: World, draw: Draw, least: (skb: SkBuff) => number): number {
  return pickHandle<SkBuff>(world, draw, 'skb', (skb) => skb.dataLen > 0 && mayPull(world, skb, least(skb)));
}

/** Bytes to pull: up to the end of a frag, or just as many as the tailroom holds. */
function drawDelta(draw: Draw, skb: SkBuff): number {
  const room = skb.data.end - skb.tail + draw.pick([0, 0, 1]);
  if (draw.chance(1, 4) && room >= 1 && room <= skb.dataLen) return room;
  const headlen = skbHeadlen(skb);
  return drawCut(draw, skb, headlen + 1, skb.len) - headlen;
}

/** Contract: `delta` bytes are there to be pulled, as pskb_may_pull makes sure. NULL is enomem. */
const PSKB_PULL_TAIL: Command = {
  name: '__pskb_pull_tail',
  opcode: 100,
  system: 'skb',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'delta', type: 'int', min: 1, max: LEN_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  draw(world, draw, args) {
    args[0] = drawNonlinear(world, draw, () => 1);
    if (args[0] < 0) return false;
    args[1] = drawDelta(draw, skbOf(world, args[0]));
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args[0]);
    return args[1] <= skb.dataLen && mayPull(world, skb, args[1]);
  },
  run(world, args) {
    const skb = skbOf(world, args[0]);
    const pulled = __pskbPullTail(world, skb, args[1]);
    syncMemberPayloads(skb);
    world.ret = pulled ? 1 : 0;
    return pulled ? 0 : 1;
  },
};

const SKB_LINEARIZE: Command = {
  name: 'skb_linearize',
  opcode: 101,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  draw(world, draw, args) {
    args[0] = drawNonlinear(world, draw, (skb) => skb.dataLen);
    return args[0] >= 0;
  },
  applies(world, args) {
    const skb = skbOf(world, args[0]);
    return mayPull(world, skb, skb.dataLen);
  },
  run(world, args) {
    const skb = skbOf(world, args[0]);
    world.ret = skbLinearize(world, skb);
    syncMemberPayloads(skb);
    return world.ret === -ENOMEM ? 1 : 0;
  },
};

export const SKB_PULL_COMMANDS: readonly Command[] = [PSKB_PULL_TAIL, SKB_LINEARIZE];
