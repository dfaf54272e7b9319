import { UNREF_SKB_POINTS, EXPAND_POINTS } from '../points';
import { defineCommand } from '../define_command';
import { pskbTrim } from '../../model/net/core/skbuff/pull_trim/pskb_trim';
import { skbCondense } from '../../model/net/core/skbuff/head/skb_condense';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { type Command } from '../command';
import { skbOf } from '../objects';
import { CUTS } from '../small_numbers';
import { slicePayload } from '../../model/lib/payload';
import { syncMemberPayloads } from './payload_members';
import { pickHandle } from '../pick';
import { sharesNetIovs, wasHandedOut } from './skb_contract';
import { drawCut, LEN_MAX, mayReshape } from './transform_contract';

function mayTrim(skb: SkBuff): boolean {
  return mayReshape(skb) && !wasHandedOut(skb) && !sharesNetIovs(skb);
}

/**
 * Called as pskb_trim: ___pskb_trim where the skb is not linear, __skb_trim where it is, nothing when it is short
 * enough.
 */
const PSKB_TRIM = defineCommand({
  name: '___pskb_trim',
  opcode: 102,
  system: 'skb',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'len', type: 'int', min: 0, max: LEN_MAX },
  ],
  small: { len: CUTS },
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  weight: 32,
  points: [...EXPAND_POINTS, ...UNREF_SKB_POINTS],
  draw(world, draw, args) {
    const nonlinear = (skb: SkBuff): boolean => mayTrim(skb) && skb.dataLen > 0;
    args.skb = pickHandle(world, draw, 'skb', draw.chance(7, 8) ? nonlinear : mayTrim);
    if (args.skb < 0) return false;
    const skb = skbOf(world, args.skb);
    args.len = drawCut(draw, skb, 0, skb.len);
    return true;
  },
  applies(world, args) {
    return mayTrim(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    world.ret = pskbTrim(world, skb, args.len);
    if (world.ret === 0 && payloadExceeds(skb)) skb.payload = slicePayload(skb.payload, 0, skb.len);
    syncMemberPayloads(skb);
    return world.ret === 0 ? 0 : 1;
  },
  truesize: { condenses: 'trimmed', forksMembers: true },
});

function payloadExceeds(skb: SkBuff): boolean {
  let length = 0;
  for (let i = 1; i < skb.payload.length; i += 2) length += skb.payload[i];
  return length > skb.len;
}

function mayCondense(skb: SkBuff): boolean {
  return mayReshape(skb) && skb.destructor === DESTRUCTOR_NONE;
}

/**
 * Contract: no socket is charged for the skb (tcp_add_backlog: "valid because skb is not yet charged to the socket").
 * 6.1 has the function but does not export it: there it runs at the end of ___pskb_trim only.
 */
const SKB_CONDENSE = defineCommand({
  name: 'skb_condense',
  opcode: 103,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  since: { after: '6.1', by: '6.12' },
  weight: 4,
  points: [...EXPAND_POINTS, ...UNREF_SKB_POINTS],
  draw(world, draw, args) {
    const fits = (skb: SkBuff): boolean =>
      mayCondense(skb) && skb.dataLen > 0 && skb.dataLen <= skb.data.end - skb.tail;
    args.skb = pickHandle(world, draw, 'skb', draw.chance(3, 4) ? fits : mayCondense);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayCondense(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    skbCondense(world, skb);
    syncMemberPayloads(skb);
    return 0;
  },
  truesize: { condenses: 'argument', forksMembers: true },
});

export const SKB_TRIM_COMMANDS: readonly Command[] = [PSKB_TRIM, SKB_CONDENSE];
