import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { skbClone } from '../../model/net/core/skbuff/copy/skb_clone';
import { kfreeSkb } from '../../model/net/core/skbuff/free/skb_free';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { pickHandle } from '../pick';
import { isSole } from '../skb/skb_contract';

/** Contract: the caller is the only user. Otherwise another call would show the damage. */
function abuseCommand(name: CommandName, opcode: number, abuse: (world: World, skb: SkBuff) => void): Command {
  return defineCommand({
    name,
    opcode,
    system: 'skb',
    args: [{ name: 'skb', type: 'skb', consumed: true }],
    outcomes: ['ok'],
    allocates: false,
    contextual: false,
    abuse: true,
    draw(world, draw, args) {
      args.skb = pickHandle(world, draw, 'skb', isSole);
      return args.skb >= 0;
    },
    applies(world, args) {
      return isSole(skbOf(world, args.skb));
    },
    run(world, args) {
      const skb = skbOf(world, args.skb);
      consume(world, args.skb);
      kfreeSkb(world, skb);
      abuse(world, skb);
      return 0;
    },
  });
}

export const ABUSE_SKB_COMMANDS: readonly Command[] = [
  abuseCommand('abuse_kfree_skb_twice', 200, kfreeSkb),
  /** The kernel reads skb->len of the freed skb; skb_clone reads it too. */
  abuseCommand('abuse_use_after_free', 207, skbClone),
];
