import { defineCommand } from '../define_command';
import { ENOMEM } from '../../model/lib/errno';
import { kcmSendmsgFault } from '../../model/net/other/kcm_sendmsg';
import { type Command } from '../command';
import { skbOf } from '../objects';
import { pickHandle } from '../pick';
import { mayLead } from '../skb/skb_frag_list';

/**
 * No kernel function, since KCM sockets hold messages of their own: sendmsg() to a KCM socket, from memory that is not
 * mapped, when the message continues in another skb because MAX_SKB_FRAGS is reached. The skb may have fewer frags: the
 * last frag that fits does not matter here.
 */
const KCM_SENDMSG_FAULT = defineCommand({
  name: 'kcm_sendmsg_fault',
  opcode: 159,
  system: 'segment',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['efault', 'enomem'],
  allocates: true,
  contextual: false,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', mayLead);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayLead(skbOf(world, args.skb));
  },
  run(world, args) {
    world.ret = kcmSendmsgFault(world, skbOf(world, args.skb));
    return world.ret === -ENOMEM ? 1 : 0;
  },
});

export const SEGMENT_KCM_COMMANDS: readonly Command[] = [KCM_SENDMSG_FAULT];
