import { NO_ID } from '../../../model/world/kinds';
import type { OutsideLink } from '../../../model/structs/outside';
import { newChain, newRule, newTable } from '../abi/nft/chain';
import { dupTo, forwardTo, matchMeta, type NftExpression, verdict, writePayload } from '../abi/nft/expression';
import { nftBatch } from '../abi/nft/message';
import { AF_NETLINK, IPPROTO_TCP, IPPROTO_UDP } from '../abi/uapi/sockets';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { farOf, linkOf, nearOf } from '../link/devices';
import { ackSteps, NETLINK_FD } from '../link/steps/netlink_steps';
import type { Step } from '../step';
import { pickFilterLink, pickTarget, targetOf } from './filter_place';
import { FILTER_OFFSET_MAX } from './filter';
import { PLACE_WORDS, setBytes } from './filter_words';

const NETLINK_NETFILTER = 12;
const SOCK_RAW = 3;
const TABLE = 'skbcheck';

/** Packets that a rule takes. It looks behind a tag: nft_set_pktinfo. */
export const NFT_MATCH_WORDS = ['all', 'tcp', 'udp'] as const;
/** Deeds of a rule: nft(8). Other rules see the packet after each. */
export const NFT_ACTION_WORDS = ['drop', 'fwd', 'dup', 'set'] as const;
export type NftActionWord = (typeof NFT_ACTION_WORDS)[number];
/** Messages of a rule: a table, a chain, and what is in it. */
export const NFT_MESSAGES = 3;
/** Bytes of data behind the headers. */
const OFFSETS = [60, 64, 100, 1400, 1484, 4096];

export const NFT_RULE = defineOutside({
  name: 'nft_rule',
  number: 84,
  args: [
    { name: 'link', type: 'link' },
    { name: 'at', type: 'enum', words: PLACE_WORDS },
    { name: 'match', type: 'enum', words: NFT_MATCH_WORDS, default: 0 },
    { name: 'action', type: 'enum', words: NFT_ACTION_WORDS },
    { name: 'to', type: 'link', optional: true },
    { name: 'value', type: 'int', min: 0, max: 255, default: 1 },
    { name: 'offset', type: 'int', min: 0, max: FILTER_OFFSET_MAX, default: 60 },
  ],
  promised: {
    text: 'The rule acts on each packet of the device that matches, and on no other.',
    source: 'nft(8), family netdev',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 4,
  usuallyNext: ['burst', 'burst', 'capture'],
  draw(world, draw, args) {
    args.link = pickFilterLink(world, draw);
    if (args.link < 0) return false;
    args.at = draw.below(PLACE_WORDS.length);
    args.match = draw.below(NFT_MATCH_WORDS.length);
    args.action = draw.below(NFT_ACTION_WORDS.length);
    const sends = NFT_ACTION_WORDS[args.action] === 'fwd' || NFT_ACTION_WORDS[args.action] === 'dup';
    args.to = sends ? pickTarget(world, draw, linkOf(world, args.link)) : NO_ID;
    args.value = draw.below(256);
    args.offset = NFT_ACTION_WORDS[args.action] === 'set' ? OFFSETS[draw.below(OFFSETS.length)] : 60;
    return true;
  },
  run(world, { link }) {
    linkOf(world, link).hooks++;
  },
  steps(world, { link: id, at, match, action, to, value, offset }, _result, memory) {
    const link = linkOf(world, id);
    const isIn = PLACE_WORDS[at] === 'in';
    const chain = `c${link.id}_${link.hooks}`;
    const device = isIn ? nearOf(link).name : farOf(link).name;
    const hook = isIn ? 'egress' : 'ingress';
    const batch = nftBatch([
      newTable('netdev', TABLE),
      // A chain of its own: each sees what those before it let pass.
      newChain({ family: 'netdev', table: TABLE, name: chain, type: 'filter', hook, priority: link.hooks, device }),
      newRule('netdev', TABLE, chain, [
        ...matchOf(NFT_MATCH_WORDS[match]),
        ...expressionsOf(NFT_ACTION_WORDS[action], targetOf(world, link, to), value, offset),
      ]),
    ]);
    return netfilterSteps(memory, batch);
  },
});

function matchOf(match: (typeof NFT_MATCH_WORDS)[number]): NftExpression[] {
  return match === 'all' ? [] : matchMeta('l4proto', 'eq', match === 'tcp' ? IPPROTO_TCP : IPPROTO_UDP);
}

function expressionsOf(action: NftActionWord, to: OutsideLink | null, value: number, offset: number): NftExpression[] {
  switch (action) {
    case 'drop':
      return verdict('drop');
    case 'fwd':
      return to === null ? verdict('drop') : forwardTo(nearOf(to).ifindex);
    case 'dup':
      return to === null ? [] : dupTo(nearOf(to).ifindex);
    case 'set':
      return writePayload('network', offset, setBytes(value));
  }
}

/** Steps that send a transaction of nf_tables, and read the answers. */
export function netfilterSteps(memory: CallMemory, batch: Buffer): Step[] {
  const at = memory.take(batch.length);
  return [
    { op: 'poke', at, bytes: batch },
    { op: 'syscall', name: 'socket', args: [AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER], fd: NETLINK_FD },
    { op: 'syscall', name: 'sendto', args: [NETLINK_FD, at, batch.length, 0, 0, 0] },
    ...ackSteps(memory, NFT_MESSAGES),
    { op: 'syscall', name: 'close', args: [NETLINK_FD] },
  ];
}
