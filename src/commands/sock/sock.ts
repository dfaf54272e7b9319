import type { Usual } from '../usual';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { Sock } from '../../model/structs/sock';
import { skbOrphan, skbSetOwnerR, skbSetOwnerW } from '../../model/net/core/sock/sock_charge';
import { sockPut } from '../../model/net/core/sock/sock_put';
import { tcpWriteQueuePurge } from '../../model/net/ipv4/tcp_write_queue';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf, sockOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import { isSole, sendsUserPages } from '../skb/skb_contract';

const SOCK_NAMES_MAX = 3;

const SK_ALLOC = defineCommand({
  name: 'sk_alloc',
  opcode: 120,
  system: 'sock',
  args: [],
  result: 'sock',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 3,
  usuallyNext: ['skb_set_owner_w', 'skb_set_owner_r'],
  draw(world) {
    return countHandles(world, 'sock') < SOCK_NAMES_MAX;
  },
  applies() {
    return true;
  },
  run(world, _args, result) {
    const sk = new Sock();
    sk.id = world.newId();
    world.add(world.socks, sk);
    nameResult(world, result, 'sock', sk);
    return 0;
  },
});

/**
 * Contract: only the skbs of its error queue are charged to the socket. (The kernel would keep the socket until the
 * last charged skb is freed.)
 */
const SK_FREE = defineCommand({
  name: 'sk_free',
  opcode: 121,
  system: 'sock',
  args: [{ name: 'sock', type: 'sock', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.sock = pickHandle(world, draw, 'sock', (sk) => mayFree(world, sk));
    return args.sock >= 0;
  },
  applies(world, args) {
    return mayFree(world, sockOf(world, args.sock));
  },
  run(world, args) {
    const sk = sockOf(world, args.sock);
    consume(world, args.sock);
    // tcp_close() purges the write queue, also when others still hold the socket.
    tcpWriteQueuePurge(world, sk);
    sockPut(world, sk);
    return 0;
  },
});

function mayFree(world: World, sk: Sock): boolean {
  if (sk.wmemAlloc !== 1 || (sk.rmemAlloc !== 0 && sk.errorQueue.length === 0)) return false;
  for (const skb of world.skbs) if (skb.sk === sk && !sk.errorQueue.includes(skb)) return false;
  return true;
}

function mayOrphan(skb: SkBuff): boolean {
  return isSole(skb) && !sendsUserPages(skb);
}

/** A command that charges an skb to a socket. The function orphans an skb that is charged already. */
function ownerCommand(
  name: CommandName,
  opcode: number,
  setOwner: (world: World, skb: SkBuff, sk: Sock) => void,
  usual: Usual = {},
): Command {
  return defineCommand({
    name,
    opcode,
    system: 'sock',
    args: [
      { name: 'skb', type: 'skb' },
      { name: 'sock', type: 'sock' },
    ],
    outcomes: ['ok'],
    allocates: false,
    contextual: true,
    ...usual,
    draw(world, draw, args) {
      args.skb = pickHandle(world, draw, 'skb', isSole);
      args.sock = draw.handle(world, 'sock');
      return args.skb >= 0 && args.sock >= 0;
    },
    applies(world, args) {
      return mayOrphan(skbOf(world, args.skb));
    },
    run(world, args) {
      setOwner(world, skbOf(world, args.skb), sockOf(world, args.sock));
      return 0;
    },
  });
}

const SKB_ORPHAN = defineCommand({
  name: 'skb_orphan',
  opcode: 124,
  system: 'sock',
  args: [{ name: 'skb', type: 'skb' }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => isSole(skb) && skb.destructor !== DESTRUCTOR_NONE);
    if (args.skb < 0) args.skb = pickHandle(world, draw, 'skb', isSole);
    return args.skb >= 0;
  },
  applies(world, args) {
    return mayOrphan(skbOf(world, args.skb));
  },
  run(world, args) {
    skbOrphan(world, skbOf(world, args.skb));
    return 0;
  },
});

export const SOCK_COMMANDS: readonly Command[] = [
  SK_ALLOC,
  SK_FREE,
  ownerCommand('skb_set_owner_w', 122, skbSetOwnerW, {
    weight: 12,
    usuallyNext: ['skb_try_coalesce', 'skb_try_coalesce', 'pskb_expand_head', 'skb_orphan', 'consume_skb'],
  }),
  ownerCommand('skb_set_owner_r', 123, skbSetOwnerR, {
    weight: 12,
    usuallyNext: ['skb_try_coalesce', 'skb_try_coalesce', 'skb_orphan', 'consume_skb'],
  }),
  SKB_ORPHAN,
];
