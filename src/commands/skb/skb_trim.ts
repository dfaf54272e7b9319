import { pskbTrim } from '../../model/net/core/skbuff/pull_trim/pskb_trim';
import { skbCondense } from '../../model/net/core/skbuff/head/skb_condense';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { skbOf, type Command } from '../command';
import { slicePayload } from '../../model/lib/payload';
import { syncMemberPayloads } from './payload_members';
import { pickHandle } from '../pick';
import { wasHandedOut } from './skb_contract';
import { drawCut, LEN_MAX, mayReshape } from './transform_contract';

function mayTrim(skb: SkBuff): boolean {
  return mayReshape(skb) && !wasHandedOut(skb);
}

/** Called as pskb_trim: ___pskb_trim where the skb is not linear, __skb_trim where it is, nothing when it is short enough. */
const PSKB_TRIM: Command = {
  name: '___pskb_trim',
  opcode: 102,
  system: 'skb',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'len', type: 'int', min: 0, max: LEN_MAX },
  ],
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: true,
  draw(world, draw, args) {
    const nonlinear = (skb: SkBuff): boolean => mayTrim(skb) && skb.dataLen > 0;
    args[0] = pickHandle(world, draw, 'skb', draw.chance(7, 8) ? nonlinear : mayTrim);
    if (args[0] < 0) return false;
    const skb = skbOf(world, args[0]);
    args[1] = drawCut(draw, skb, 0, skb.len);
    return true;
  },
  applies(world, args) {
    return mayTrim(skbOf(world, args[0]));
  },
  run(world, args) {
    const skb = skbOf(world, args[0]);
    world.ret = pskbTrim(world, skb, args[1]);
    if (world.ret === 0 && payloadExceeds(skb)) skb.payload = slicePayload(skb.payload, 0, skb.len);
    syncMemberPayloads(skb);
    return world.ret === 0 ? 0 : 1;
  },
};

function payloadExceeds(skb: SkBuff): boolean {
  let length = 0;
  for (let i = 1; i < skb.payload.length; i += 2) length += skb.payload[i];
  return length > skb.len;
}

function mayCondense(skb: SkBuff): boolean {
  return mayReshape(skb) && skb.destructor === DESTRUCTOR_NONE;
}

/**
 * Contract: nobody is charged for the skb (tcp_add_backlog: "valid because skb is not yet charged to the socket"). 6.1 has the
 * function but does not export it; there it runs at the end of ___pskb_trim only.
 */
const SKB_CONDENSE: Command = {
  name: 'skb_condense',
  opcode: 103,
  system: 'skb',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: true,
  profiles: ['linux-6.12'],
  draw(world, draw, args) {
    const fits = (skb: SkBuff): boolean =>
      mayCondense(skb) && skb.dataLen > 0 && skb.dataLen <= skb.data.end - skb.tail;
    args[0] = pickHandle(world, draw, 'skb', draw.chance(3, 4) ? fits : mayCondense);
    return args[0] >= 0;
  },
  applies(world, args) {
    return mayCondense(skbOf(world, args[0]));
  },
  run(world, args) {
    const skb = skbOf(world, args[0]);
    skbCondense(world, skb);
    syncMemberPayloads(skb);
    return 0;
  },
};

export const SKB_TRIM_COMMANDS: readonly Command[] = [PSKB_TRIM, SKB_CONDENSE];
