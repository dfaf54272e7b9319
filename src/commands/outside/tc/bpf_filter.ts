import { NO_ID } from '../../../model/world/kinds';
import { loadProgramSteps } from '../bpf/bpf_steps';
import { type TcEnd, tcProgram } from '../abi/bpf/skb';
import { newFilter } from '../abi/tc/filter';
import { CONTROLS } from '../abi/tc/action';
import { bpfFilter } from '../abi/tc/filters';
import { ETH_P_ALL } from '../abi/uapi/devices';
import { defineOutside } from '../define_outside';
import { farOf, linkOf, nearOf } from '../link/devices';
import { rtnetlinkSteps } from '../link/steps/netlink_steps';
import { VLAN_IDS } from '../link/vlan';
import { ownFd } from '../own_fd';
import { BPF_EDIT_WORDS, editsOf } from './bpf_edits';
import { addFilter, pickFilterLink, pickTarget, placeMessages, placeOf, targetOf } from './filter_place';
import { PLACE_WORDS } from './filter_words';

/** The fate of the packet after the changes. */
export const BPF_END_WORDS = ['ok', 'drop', 'continue', 'redirect', 'redirect_out'] as const;
export type BpfEndWord = (typeof BPF_END_WORDS)[number];

const PROGRAM_FD = ownFd('program');
const BYTES_MAX = 9000;
const BYTES = [1, 4, 8, 14, 20, 64, 100, 1400, 1500, 4096];

export const BPF_FILTER = defineOutside({
  name: 'bpf_filter',
  number: 82,
  args: [
    { name: 'link', type: 'link' },
    { name: 'at', type: 'enum', words: PLACE_WORDS },
    { name: 'edit', type: 'enum', words: BPF_EDIT_WORDS, default: 0 },
    { name: 'bytes', type: 'int', min: 0, max: BYTES_MAX, default: 4 },
    { name: 'value', type: 'int', min: 0, max: 4094, default: 1 },
    { name: 'end', type: 'enum', words: BPF_END_WORDS, default: 0 },
    { name: 'to', type: 'link', optional: true },
  ],
  level: 'root',
  promised: {
    text: 'The program sees each packet, and its changes and its verdict hold.',
    source: 'tc-bpf(8), bpf-helpers(7)',
  },
  syscall: 'bpf',
  errors: ['EPERM'],
  weight: 8,
  usuallyNext: ['capture', 'burst', 'burst', 'bpf_filter'],
  draw(world, draw, args) {
    args.link = pickFilterLink(world, draw);
    if (args.link < 0) return false;
    args.at = draw.below(PLACE_WORDS.length);
    args.to = draw.chance(3, 4) ? pickTarget(world, draw, linkOf(world, args.link)) : NO_ID;
    args.edit = draw.below(BPF_EDIT_WORDS.length - (args.to < 0 ? 2 : 0));
    args.end = draw.chance(1, 2) ? 0 : draw.below(BPF_END_WORDS.length - (args.to < 0 ? 2 : 0));
    args.bytes = draw.chance(2, 3) ? BYTES[draw.below(BYTES.length)] : draw.size(1, BYTES_MAX);
    args.value = BPF_EDIT_WORDS[args.edit] === 'push' ? VLAN_IDS[draw.below(VLAN_IDS.length)] : draw.below(256);
    return true;
  },
  run: (world, { link }) => addFilter(linkOf(world, link)),
  steps(world, { link: id, at, edit, bytes, value, end, to }, _result, memory) {
    const link = linkOf(world, id);
    const target = targetOf(world, link, to);
    const isOut = BPF_EDIT_WORDS[edit] === 'clone_out';
    const sent = target === null ? 0 : (isOut ? farOf(target) : nearOf(target)).ifindex;
    const program = tcProgram(editsOf(BPF_EDIT_WORDS[edit], { bytes, value }, sent), endOf(BPF_END_WORDS[end], target));
    return [
      ...loadProgramSteps(memory, program, PROGRAM_FD),
      ...rtnetlinkSteps(memory, [
        ...placeMessages(link),
        newFilter(placeOf(link, at, ETH_P_ALL), bpfFilter(PROGRAM_FD)),
      ]),
      { op: 'syscall', name: 'close', args: [PROGRAM_FD] },
    ];
  },
});

function endOf(word: BpfEndWord, target: Parameters<typeof farOf>[0] | null): TcEnd {
  switch (word) {
    case 'ok':
      return { verdict: CONTROLS.ok };
    case 'drop':
      return { verdict: CONTROLS.drop };
    case 'continue':
      return { verdict: CONTROLS.continue };
    case 'redirect':
    case 'redirect_out': {
      if (target === null) return { verdict: CONTROLS.drop };
      const isOut = word === 'redirect_out';
      return { redirect: (isOut ? farOf(target) : nearOf(target)).ifindex, ingress: isOut };
    }
  }
}
