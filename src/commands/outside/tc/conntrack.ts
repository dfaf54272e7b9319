import { newChain, newRule, newTable } from '../abi/nft/chain';
import { counter, CT_STATES, matchCtState } from '../abi/nft/expression';
import { nftBatch } from '../abi/nft/message';
import { defineOutside } from '../define_outside';
import { netfilterSteps } from './nft_rule';

const TABLE = 'skbtrack';
const CHAIN = 'seen';
/** Behind the hooks that put fragments together and find the connection: NF_IP_PRI_CONNTRACK is -200. */
const PRIORITY = -150;

export const CONNTRACK = defineOutside({
  name: 'conntrack',
  number: 134,
  args: [],
  promised: {
    text: 'Connections of IP are tracked: fragments are put together before, and cut again where they leave.',
    source: 'nft(8), nf_ct_defrag_user of net/ipv4/netfilter/nf_defrag_ipv4.c',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 1,
  usuallyNext: ['fragments', 'burst', 'send'],
  draw: (_world, draw) => draw.chance(1, 2),
  run() {
    // The machine tracks all that it sees, and drops nothing.
  },
  // A rule that asks for the state turns the tracking on: nft_ct_get_init.
  steps: (_world, _args, _result, memory) =>
    netfilterSteps(
      memory,
      nftBatch([
        newTable('inet', TABLE),
        newChain({ family: 'inet', table: TABLE, name: CHAIN, type: 'filter', hook: 'prerouting', priority: PRIORITY }),
        newRule('inet', TABLE, CHAIN, [...matchCtState(CT_STATES.new), ...counter()]),
      ]),
    ),
});
