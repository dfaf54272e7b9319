import { pickHandle } from '../../pick';
import { loadProgramSteps } from '../bpf/bpf_steps';
import { xdp, type XdpEdit, type XdpVerdict } from '../abi/bpf/xdp';
import { setXdp } from '../abi/netlink/rtnl/link';
import { defineOutside } from '../define_outside';
import { ownFd } from '../own_fd';
import { writtenBytes } from '../tc/bpf_edits';
import type { OutsideLink } from '../../../model/structs/outside';
import { farOf, isTunnel, linkOf } from './devices';
import { rtnetlinkSteps } from './steps/netlink_steps';

/** The place of the program: any is native where the driver can. */
export const XDP_MODE_WORDS = ['any', 'native', 'generic'] as const;
/** Changes before the verdict: addresses swapped, four bytes written, bytes taken off the end or the front. */
export const XDP_EDIT_WORDS = ['none', 'swap', 'store', 'shorter_tail', 'shorter_head'] as const;
export type XdpEditWord = (typeof XDP_EDIT_WORDS)[number];
export const XDP_VERDICT_WORDS = ['pass', 'drop', 'aborted'] as const satisfies readonly XdpVerdict[];

const PROGRAM_FD = ownFd('program');
/** Bytes of the first header of a frame at most; the first buffer has more. */
export const XDP_BYTES_MAX = 64;
/** Bytes are written behind the headers of TCP over IPv6. */
export const XDP_STORE_AT = 74;

export const XDP = defineOutside({
  name: 'xdp',
  number: 135,
  args: [
    { name: 'link', type: 'link' },
    { name: 'mode', type: 'enum', words: XDP_MODE_WORDS, default: 0 },
    { name: 'frags', type: 'int', min: 0, max: 1, default: 0 },
    { name: 'edit', type: 'enum', words: XDP_EDIT_WORDS, default: 0 },
    { name: 'bytes', type: 'int', min: 1, max: XDP_BYTES_MAX, default: 4 },
    { name: 'value', type: 'int', min: 0, max: 255, default: 1 },
    { name: 'verdict', type: 'enum', words: XDP_VERDICT_WORDS, default: 0 },
  ],
  level: 'root',
  promised: {
    text: 'Each frame that comes out of the link meets the program, which replaces the one before it.',
    source: 'ip-link(8), include/uapi/linux/bpf.h (enum xdp_action)',
  },
  syscall: 'bpf',
  errors: ['EPERM'],
  weight: 2,
  usuallyNext: ['capture', 'burst', 'burst', 'fragments'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', (link) => takesXdp(link));
    if (args.link < 0) return false;
    args.mode = draw.below(XDP_MODE_WORDS.length);
    args.frags = draw.below(2);
    args.edit = draw.below(XDP_EDIT_WORDS.length);
    args.bytes = draw.size(1, XDP_BYTES_MAX);
    args.value = draw.below(256);
    args.verdict = draw.chance(3, 4) ? 0 : draw.below(XDP_VERDICT_WORDS.length);
    return true;
  },
  run(world, { link: id, mode }) {
    const link = linkOf(world, id);
    link.xdp = xdpModeOf(XDP_MODE_WORDS[mode], link);
  },
  steps(world, { link: id, mode, frags, edit, bytes, value, verdict }, _result, memory) {
    const { ifindex } = farOf(linkOf(world, id));
    const edits = editsOf(XDP_EDIT_WORDS[edit], bytes, value);
    const program = xdp(edits, { verdict: XDP_VERDICT_WORDS[verdict] }, frags === 1);
    return [
      ...loadProgramSteps(memory, program, PROGRAM_FD),
      // A native program and a generic one cannot be there together: the older one goes first.
      ...rtnetlinkSteps(memory, [
        ...(['native', 'generic'] as const).map((one) => setXdp(ifindex, -1, one)),
        setXdp(ifindex, PROGRAM_FD, XDP_MODE_WORDS[mode]),
      ]),
      { op: 'syscall', name: 'close', args: [PROGRAM_FD] },
    ];
  },
});

/** The place where a program runs, if the kernel takes it: drivers of tunnels have none of their own. */
export const xdpModeOf = (word: (typeof XDP_MODE_WORDS)[number], link: OutsideLink): 'native' | 'generic' =>
  word === 'generic' || isTunnel(link) ? 'generic' : 'native';

/** The number of messages that take the older program away. */
export const XDP_OFF_MESSAGES = 2;

export const takesXdp = (link: OutsideLink): boolean =>
  link.kind === 'veth' || link.kind === 'tap' || link.kind === 'tun' || isTunnel(link);

export function editsOf(word: XdpEditWord, bytes: number, value: number): XdpEdit[] {
  switch (word) {
    case 'none':
      return [];
    case 'swap':
      return [{ edit: 'swap-mac' }];
    case 'store':
      return [{ edit: 'store', offset: XDP_STORE_AT + bytes, bytes: writtenBytes(value) }];
    case 'shorter_tail':
      return [{ edit: 'tail', bytes: -bytes }];
    case 'shorter_head':
      return [{ edit: 'head', bytes }];
  }
}
