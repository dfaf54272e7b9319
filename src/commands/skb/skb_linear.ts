import { usualOf, type Usual } from '../usual';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { skbPull, skbPush, skbPut, skbReserve, skbTrim } from '../../model/net/core/skbuff/pull_trim/skb_linear';
import { type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { skbOf } from '../objects';
import { concatPayload, slicePayload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { CACHE_LINE } from '../limits';
import { numbers, oneAnd, these, type SmallNumbers } from '../small_numbers';
import { isWritable } from './skb_contract';
import { skbHeadlen, skbHeadroom, skbShared, skbTailroom } from '../../model/net/core/skbuff/skbuff_inlines';

const LEN_MAX = 32768;
const USUAL_MAX = 512;
const RESERVE_USUAL_MAX = 256;

/** Writes the next pattern into bytes that skb_put or skb_push added. */
function stamp(world: World, address: number, len: number): number[] {
  return len > 0 ? [world.memory.writeStamp(address, len, world.stamp++), len] : [];
}

interface LinearCommand extends Usual {
  readonly name: CommandName;
  readonly opcode: number;
  /** Returns the largest legal length, -1 for none. */
  readonly most: (skb: SkBuff) => number;
  readonly usual: number;
  /** Of the argument `len`. */
  readonly small: SmallNumbers;
  readonly run: (world: World, skb: SkBuff, len: number) => void;
}

/** Contract: the caller is the only user. The skb may still owe its mark for recycling. */
function linearCommand(spec: LinearCommand): Command {
  const { name, opcode, most, usual } = spec;
  return defineCommand({
    name,
    opcode,
    system: 'skb',
    args: [
      { name: 'skb', type: 'skb' },
      { name: 'len', type: 'int', min: 0, max: LEN_MAX },
    ],
    small: { len: spec.small },
    outcomes: ['ok'],
    allocates: false,
    contextual: false,
    ...usualOf(spec),
    draw(world, draw, args) {
      args.skb = pickHandle(world, draw, 'skb', (skb) => !skbShared(skb) && most(skb) > 0);
      if (args.skb < 0) return false;
      const largest = Math.min(most(skbOf(world, args.skb)), LEN_MAX);
      args.len = draw.size(0, draw.chance(7, 8) ? Math.min(largest, usual) : largest);
      return true;
    },
    applies(world, args) {
      const skb = skbOf(world, args.skb);
      return !skbShared(skb) && args.len <= most(skb);
    },
    run(world, args) {
      spec.run(world, skbOf(world, args.skb), args.len);
      return 0;
    },
  });
}

export const SKB_LINEAR_COMMANDS: readonly Command[] = [
  linearCommand({
    name: 'skb_reserve',
    opcode: 69,
    small: these(CACHE_LINE),
    usual: RESERVE_USUAL_MAX,
    usuallyNext: ['skb_put', 'skb_push', 'skb_add_rx_frag'],
    // "This is only allowed for an empty buffer."
    most: (skb) => (skb.len === 0 ? skbTailroom(skb) : -1),
    run: skbReserve,
  }),
  linearCommand({
    name: 'skb_put',
    opcode: 70,
    small: oneAnd('the tailroom', skbTailroom),
    usual: USUAL_MAX,
    weight: 16,
    usuallyNext: [
      'skb_try_coalesce',
      'skb_try_coalesce',
      'skb_set_owner_w',
      'skb_set_owner_r',
      'skb_clone',
      'skb_mark_for_recycle',
      'skb_append_frag_list',
    ],
    // SKB_LINEAR_ASSERT, skb_over_panic. Sharers of the head own the bytes behind the tail too.
    most: (skb) => (skb.dataLen === 0 && skb.data.fragList === null && isWritable(skb) ? skbTailroom(skb) : -1),
    run(world, skb, len) {
      const added = stamp(world, skbPut(world, skb, len), len);
      skb.payload = concatPayload(skb.payload, added);
    },
  }),
  linearCommand({
    name: 'skb_push',
    opcode: 71,
    small: oneAnd('the headroom', skbHeadroom),
    usual: USUAL_MAX,
    // skb_under_panic.
    most: (skb) => (isWritable(skb) ? skbHeadroom(skb) : -1),
    run(world, skb, len) {
      const added = stamp(world, skbPush(world, skb, len), len);
      skb.payload = concatPayload(added, skb.payload);
    },
  }),
  linearCommand({
    name: 'skb_pull',
    opcode: 72,
    small: oneAnd('the linear bytes', skbHeadlen),
    usual: USUAL_MAX,
    most: skbHeadlen,
    run(world, skb, len) {
      skbPull(world, skb, len);
      skb.payload = slicePayload(skb.payload, len, skb.len);
    },
  }),
  linearCommand({
    name: 'skb_trim',
    opcode: 73,
    small: numbers('0 | all bytes but 1', ({ skb }) => (skb === null ? [0] : [0, skb.len - 1])),
    usual: USUAL_MAX,
    // A longer len changes nothing. __skb_set_length warns of an skb that is not linear.
    most: (skb) => (skb.dataLen === 0 && !skb.data.handedOut ? LEN_MAX : -1),
    run(world, skb, len) {
      skbTrim(world, skb, len);
      skb.payload = slicePayload(skb.payload, 0, skb.len);
    },
  }),
];
