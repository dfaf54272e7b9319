import { NO_ID } from '../../../model/world/kinds';
import { newFilter } from '../abi/tc/filter';
import { delQdisc } from '../abi/tc/qdisc';
import { defineOutside } from '../define_outside';
import { linkOf } from '../link/devices';
import { rtnetlinkSteps } from '../link/steps/netlink_steps';
import { pickHandle } from '../../pick';
import { VLAN_IDS } from '../link/vlan';
import { addFilter, devicesOf, pickFilterLink, pickTarget, placeMessages, placeOf, targetOf } from './filter_place';
import {
  ACTION_WORDS,
  actionsOf,
  classifierOf,
  ethertypeOf,
  isSending,
  MATCH_WORDS,
  PLACE_WORDS,
  THEN_WORDS,
} from './filter_words';

export const FILTER_VALUE_MAX = 4094;
/** In bytes from the network header on; a multiple of four. */
export const FILTER_OFFSET_MAX = 9000;
/** Bytes of data behind the headers, and fields of headers that say no length and no address. */
const OFFSETS = [0, 4, 40, 60, 64, 100, 1400, 1484, 4096];

export const FILTER = defineOutside({
  name: 'filter',
  number: 80,
  args: [
    { name: 'link', type: 'link' },
    { name: 'at', type: 'enum', words: PLACE_WORDS },
    { name: 'match', type: 'enum', words: MATCH_WORDS, default: 0 },
    { name: 'action', type: 'enum', words: ACTION_WORDS },
    { name: 'to', type: 'link', optional: true },
    { name: 'then', type: 'enum', words: THEN_WORDS, default: 0 },
    { name: 'value', type: 'int', min: 0, max: FILTER_VALUE_MAX, default: 1 },
    { name: 'offset', type: 'int', min: 0, max: FILTER_OFFSET_MAX, default: 0 },
  ],
  promised: {
    text: 'The actions act on each packet that matches, and on no other.',
    source: 'tc-actions(8), tc-mirred(8), tc-vlan(8), tc-pedit(8), tc-csum(8), tc-skbmod(8)',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 12,
  usuallyNext: ['filter', 'capture', 'capture', 'burst', 'burst'],
  draw(world, draw, args) {
    args.link = pickFilterLink(world, draw);
    if (args.link < 0) return false;
    args.at = draw.below(PLACE_WORDS.length);
    args.match = draw.chance(1, 2) ? 0 : draw.below(MATCH_WORDS.length);
    args.to = pickTarget(world, draw, linkOf(world, args.link));
    args.action = drawAction((n) => draw.below(n), args.to >= 0);
    if (!isSending(ACTION_WORDS[args.action])) args.to = NO_ID;
    args.then = draw.below(THEN_WORDS.length);
    const isPush = ACTION_WORDS[args.action] === 'push';
    args.value = isPush ? VLAN_IDS[draw.below(VLAN_IDS.length)] : draw.below(256);
    args.offset = ACTION_WORDS[args.action].startsWith('set') ? drawOffset((n) => draw.below(n)) : 0;
    return true;
  },
  run: (world, { link }) => addFilter(linkOf(world, link)),
  steps(world, { link: id, at, match, action, to, then, value, offset }, _result, memory) {
    const link = linkOf(world, id);
    const [matchWord, actionWord] = [MATCH_WORDS[match], ACTION_WORDS[action]];
    const target = targetOf(world, link, to);
    const numbers = { value: actionWord === 'push' ? Math.max(1, value) : value, offset: offset & ~3 };
    return rtnetlinkSteps(memory, [
      ...placeMessages(link),
      newFilter(
        placeOf(link, at, ethertypeOf(matchWord)),
        classifierOf(matchWord),
        actionsOf(actionWord, THEN_WORDS[then], numbers, target),
      ),
    ]);
  },
});

export const FILTERS_OFF = defineOutside({
  name: 'filters_off',
  number: 81,
  args: [{ name: 'link', type: 'link' }],
  promised: { text: 'The link has no filters.', source: 'tc(8)' },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 1,
  usuallyNext: ['burst', 'filter'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', ({ hasFilterPlace }) => hasFilterPlace);
    return args.link >= 0;
  },
  run(world, { link }) {
    linkOf(world, link).hasFilterPlace = false;
    linkOf(world, link).filters = 0;
  },
  steps(world, { link }, _result, memory) {
    const indexes = devicesOf(linkOf(world, link));
    return rtnetlinkSteps(
      memory,
      indexes.map((ifindex) => delQdisc(ifindex, 'clsact')),
    );
  },
});

function drawAction(below: (n: number) => number, canSend: boolean): number {
  const actions = ACTION_WORDS.filter((word) => canSend || !isSending(word));
  return ACTION_WORDS.indexOf(actions[below(actions.length)]);
}

const drawOffset = (below: (n: number) => number): number =>
  below(3) === 0 ? 4 * below(FILTER_OFFSET_MAX / 4) : OFFSETS[below(OFFSETS.length)];
