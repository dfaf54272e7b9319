import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { fdValue, mapCreateAttr, mapElementAttr } from '../abi/bpf/map';
import { progAttachAttr } from '../abi/bpf/program';
import { type MsgEdit, msgProgram } from '../abi/bpf/sk_msg';
import type { SocketEnd } from '../abi/bpf/skb';
import { u32 } from '../abi/bytes';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { ownFd } from '../own_fd';
import type { Step } from '../step';
import { bpfStep, loadProgramSteps } from './bpf_steps';

export const MSG_EDIT_WORDS = ['none', 'apply', 'cork', 'pull', 'pop', 'push'] as const;
export const MSG_END_WORDS = ['pass', 'drop', 'redirect', 'redirect_in'] as const;
type MsgEditWord = (typeof MSG_EDIT_WORDS)[number];
type MsgEndWord = (typeof MSG_END_WORDS)[number];

const TARGET_MAP = ownFd('targetMap');
const PROGRAM = ownFd('program');
const BYTES_MAX = 100_000;
const BYTES = [1, 4, 100, 4096, 4097, 16_384];

const isTcp = ({ what, type, family, isMptcp, listening }: OutsideFd): boolean =>
  what === 'socket' && type === 'stream' && !isMptcp && !listening && (family === 'inet' || family === 'inet6');

export const SK_MSG = defineOutside({
  name: 'sk_msg',
  number: 207,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'to', type: 'fd', optional: true },
    { name: 'edit', type: 'enum', words: MSG_EDIT_WORDS, default: 0 },
    { name: 'bytes', type: 'int', min: 0, max: BYTES_MAX, default: 1 },
    { name: 'end', type: 'enum', words: MSG_END_WORDS, default: 0 },
  ],
  result: 'fd',
  level: 'root',
  promised: {
    text: 'A program decides where the bytes go that the socket sends: on, to another socket, or nowhere.',
    source: 'BPF_PROG_TYPE_SK_MSG of bpf-helpers(7), Documentation/bpf/map_sockmap.rst',
  },
  // The first: a map of sockets is made.
  syscall: 'bpf',
  errors: ['EPERM'],
  elsewhere: ['EINVAL', 'EMFILE'],
  weight: 1,
  usuallyNext: ['send', 'send', 'recv', 'uring_send'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => isTcp(fd) && fd.peer !== null);
    if (args.fd < 0) return false;
    const own = fdOf(world, args.fd);
    args.to = pickFd(world, draw, (fd) => isTcp(fd) && fd.peer !== null && fd !== own);
    args.edit = draw.chance(1, 2) ? 0 : draw.below(MSG_EDIT_WORDS.length);
    args.bytes = draw.chance(1, 2) ? BYTES[draw.below(BYTES.length)] : draw.size(1, BYTES_MAX);
    args.end = draw.below(MSG_END_WORDS.length - (args.to < 0 ? 2 : 0));
    return true;
  },
  run(world, _args, result) {
    nameResult(world, result, 'fd', new OutsideFd(result, 'map'));
  },
  steps(_world, { fd, to, edit, bytes, end }, result, memory) {
    const word = MSG_END_WORDS[end];
    const program = msgProgram(editsOf(MSG_EDIT_WORDS[edit], bytes), endOf(word));
    const target = isRedirected(word)
      ? [...makeMap(memory, TARGET_MAP), putSocket(memory, TARGET_MAP, to < 0 ? -1 : fdNumber(to))].flat()
      : [];
    const map = fdNumber(result);
    return [
      ...makeMap(memory, map),
      ...target,
      ...loadProgramSteps(memory, program, PROGRAM),
      ...bpfStep(memory, 'progAttach', progAttachAttr(map, PROGRAM, program.attachType)),
      // A socket gets the program that its map has by then: sock_map_link.
      ...putSocket(memory, map, fdNumber(fd)),
      // A map keeps its program, and a program its map.
      { op: 'syscall', name: 'close', args: [PROGRAM] },
      { op: 'syscall', name: 'close', args: [TARGET_MAP] },
    ];
  },
});

export const isRedirected = (end: MsgEndWord): boolean => end === 'redirect' || end === 'redirect_in';

function editsOf(word: MsgEditWord, bytes: number): MsgEdit[] {
  switch (word) {
    case 'none':
      return [];
    case 'apply':
    case 'cork':
      return [{ edit: word, bytes }];
    case 'pull':
      return [{ edit: 'pull', start: 0, end: bytes }];
    case 'pop':
    case 'push':
      return [{ edit: word, start: 0, bytes }];
  }
}

function endOf(word: MsgEndWord): SocketEnd {
  if (word === 'pass' || word === 'drop') return { verdict: word };
  return { map: TARGET_MAP, kind: 'sockmap', key: 0, ingress: word === 'redirect_in' };
}

const makeMap = (memory: CallMemory, fd: number): Step[] =>
  bpfStep(memory, 'mapCreate', mapCreateAttr('sockmap', 1), fd);

function putSocket(memory: CallMemory, map: number, socket: number): Step[] {
  const [key, value] = [memory.take(4), memory.take(4)];
  return [
    { op: 'poke', at: key, bytes: u32(0) },
    { op: 'poke', at: value, bytes: fdValue(socket) },
    ...bpfStep(memory, 'mapUpdate', mapElementAttr(map, key, value)),
  ];
}
