import { times } from '../usual';
import { NO_ID, type Id } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { EAGAIN } from '../../model/lib/errno';
import { filemapSpliceRead } from '../../model/fs/filemap_splice_read';
import { writtenPayload } from '../../model/mm/page_writes';
import { pipeFull } from '../../model/fs/pipe';
import { spliceToSocket } from '../../model/fs/splice_to_socket';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import { newTmpFile, truncateTmpFile } from '../../model/fs/tmp_file';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { concatPayload, payloadLength, slicePayload } from '../../model/lib/payload';
import { countHandles, nameResult, pickHandle } from '../pick';
import { isSole, isWritable } from '../skb/skb_contract';
import { FILE_NAMES_MAX } from './splice_contract';
import { fileOf, pipeOf } from '../objects';
import type { Pipe } from '../../model/structs/pipe';
import { skbHasFragList, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

const PAGES_MAX = 4;
const FILE_BYTES_MAX = 16384;
const SPLICE_MAX = 1 << 20;

/**
 * Makes a file of tmpfs and writes it: each page takes the next pattern. The pages are in the page cache and have no
 * names of their own.
 */
const SHMEM_FILE_SETUP = defineCommand({
  name: 'shmem_file_setup',
  opcode: 174,
  system: 'splice',
  args: [{ name: 'pages', type: 'int', min: 1, max: PAGES_MAX, smallest: 1 }],
  result: 'file',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 6,
  usuallyNext: ['filemap_splice_read', 'filemap_splice_read', 'alloc_pipe_info'],
  draw(world, draw, args) {
    if (countHandles(world, 'file') >= FILE_NAMES_MAX) return false;
    args.pages = draw.between(1, PAGES_MAX);
    return true;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    nameResult(world, result, 'file', newTmpFile(world, args.pages));
    return 0;
  },
});

/** shmem_truncate_range of the whole file. Other holders of a page keep it, without a mapping. */
const SHMEM_TRUNCATE = defineCommand({
  name: 'shmem_truncate',
  opcode: 175,
  system: 'splice',
  args: [{ name: 'file', type: 'file', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    args.file = draw.handle(world, 'file');
    return args.file >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const file = fileOf(world, args.file);
    consume(world, args.file);
    truncateTmpFile(world, file);
    return 0;
  },
});

/** The first half of sendfile(), and splice() from a file: the pipe gets a reference to each page of the page cache. */
const FILEMAP_SPLICE_READ = defineCommand({
  name: 'filemap_splice_read',
  opcode: 176,
  system: 'splice',
  args: [
    { name: 'file', type: 'file' },
    { name: 'pipe', type: 'pipe' },
    { name: 'offset', type: 'int', min: 0, max: FILE_BYTES_MAX - 1, default: 0 },
    { name: 'len', type: 'int', min: 1, max: FILE_BYTES_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'pipe_filled', 'pipe_full'],
  allocates: false,
  contextual: false,
  weight: 48,
  usuallyNext: ['splice_to_socket', 'splice_to_socket', 'splice_to_socket', 'filemap_splice_read', 'pipe_read'],
  draw(world, draw, args) {
    args.file = draw.handle(world, 'file');
    args.pipe = draw.chance(7, 8) ? pickHandle(world, draw, 'pipe', (pipe) => !pipeFull(pipe)) : NO_ID;
    if (args.pipe < 0) args.pipe = draw.handle(world, 'pipe');
    if (args.file < 0 || args.pipe < 0) return false;
    const size = fileBytes(world, args.file);
    const page = world.abi.pageSize;
    args.offset = draw.chance(3, 4) ? page * draw.below(size / page) : draw.below(size);
    args.len = draw.chance(1, 2) ? Math.min(page, size - args.offset) : draw.size(1, size - args.offset);
    return true;
  },
  applies(world, args) {
    return pipeOf(world, args.pipe).readers > 0 && args.offset + args.len <= fileBytes(world, args.file);
  },
  run(world, args) {
    const file = fileOf(world, args.file);
    const pipe = pipeOf(world, args.pipe);
    const ret = filemapSpliceRead(world, file, pipe, args.offset, args.len);
    world.ret = ret;
    if (ret === -EAGAIN) return 2;
    const { pageSize } = world.abi;
    for (let at = args.offset; at < args.offset + ret; at += pageSize - (at % pageSize)) {
      const bytes = Math.min(pageSize - (at % pageSize), args.offset + ret - at);
      const page = file.pages[Math.floor(at / pageSize)];
      pipe.payload = concatPayload(pipe.payload, writtenPayload(page, at % pageSize, bytes) ?? []);
    }
    return ret < args.len ? 1 : 0;
  },
});

function fileBytes(world: World, id: Id<'file'>): number {
  return fileOf(world, id).pages.length * world.abi.pageSize;
}

/**
 * The pipe holds no bytes of a per-CPU head. Their offset depends on the calls that ran before the program, so no
 * target can predict where a page ends in them, and how many frags they become.
 */
function mayGive(pipe: Pipe): boolean {
  return pipe.buffers.length > 0 && pipe.buffers.every(({ page }) => !page.perCpu);
}

/** An skb of a write queue without user pages, whose socket is not charged. */
function mayTakePages(skb: SkBuff): boolean {
  return (
    isSole(skb) &&
    isWritable(skb) &&
    !skb.ppRecycle &&
    !skbHasFragList(skb) &&
    skbZcopy(skb) === null &&
    skb.destructor === DESTRUCTOR_NONE
  );
}

/**
 * splice() from a pipe to a TCP socket, the second half of sendfile(): the pages become frags of an skb of the write
 * queue, which is marked SKBFL_SHARED_FRAG. When the skb is full, TCP continues with a new skb; here the call ends.
 */
const SPLICE_TO_SOCKET = defineCommand({
  name: 'splice_to_socket',
  opcode: 177,
  system: 'splice',
  args: [
    { name: 'pipe', type: 'pipe' },
    { name: 'skb', type: 'skb' },
    { name: 'len', type: 'int', min: 1, max: SPLICE_MAX, smallest: 1 },
  ],
  outcomes: ['ok', 'coalesced', 'frags_filled', 'emsgsize'],
  allocates: false,
  contextual: false,
  weight: 96,
  usuallyNext: [
    ...times(4, 'skb_try_coalesce'),
    'alloc_skb',
    'pskb_copy',
    'skb_shift',
    'skb_split',
    'skb_split',
    'skb_split',
    'skb_zerocopy',
    'pskb_extract',
    'skb_clone',
    'esp_input_decrypt',
    'filemap_splice_read',
    'filemap_splice_read',
    'tcp_queue_rcv',
  ],
  draw(world, draw, args) {
    args.pipe = pickHandle(world, draw, 'pipe', mayGive);
    args.skb = pickHandle(world, draw, 'skb', mayTakePages);
    if (args.pipe < 0 || args.skb < 0) return false;
    const held = payloadLength(pipeOf(world, args.pipe).payload);
    args.len = draw.chance(3, 4) ? held : draw.size(1, held);
    return true;
  },
  applies(world, args) {
    const pipe = pipeOf(world, args.pipe);
    return mayGive(pipe) && mayTakePages(skbOf(world, args.skb)) && args.len <= payloadLength(pipe.payload);
  },
  run(world, args) {
    const pipe = pipeOf(world, args.pipe);
    const skb = skbOf(world, args.skb);
    const held = payloadLength(pipe.payload);
    const { ret, coalesced } = spliceToSocket(world, pipe, skb, args.len);
    world.ret = ret;
    if (ret < 0) return 3;
    skb.payload = concatPayload(skb.payload, slicePayload(pipe.payload, 0, ret));
    pipe.payload = slicePayload(pipe.payload, ret, held - ret);
    return ret < args.len ? 2 : coalesced ? 1 : 0;
  },
  /** tcp_wmem_schedule and sk_mem_charge count the bytes, not the memory of the pages. */
  expectTruesize(world, args, outcome) {
    if (outcome !== 'emsgsize') skbOf(world, args.skb).expectedTruesize += world.ret;
  },
});

export const SPLICE_FILE_COMMANDS: readonly Command[] = [
  SHMEM_FILE_SETUP,
  SHMEM_TRUNCATE,
  FILEMAP_SPLICE_READ,
  SPLICE_TO_SOCKET,
];
