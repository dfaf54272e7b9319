import { pageAddress } from '../../model/mm/page_alloc';
import { tcpInq } from '../../model/net/ipv4/user_mapping';
import type { HandleObject, World } from '../../model/world/world';
import { MM_ROW, PIPE_BUFFER_ROW, PIPE_ROW } from '../../protocol/words/splice';
import { hashStretch } from './hash';
import type { ObservationWords } from './observation_words';
import type { Pipe } from '../../model/structs/pipe';
import type { TmpFile } from '../../model/structs/tmp_file';
import type { UserMapping } from '../../model/structs/user_mapping';
import { rowWriter } from './row_writer';

const writePipe = rowWriter(PIPE_ROW);
const writePipeBuffer = rowWriter(PIPE_BUFFER_ROW);
const writeMm = rowWriter(MM_ROW);

export const SPLICE_OBSERVERS = { pipe: observePipe, mm: observeMm, file: observeFile };

/** Hashes the bytes in the buffers if the call worked on the pipe. */
function observePipe(out: ObservationWords, world: World, object: HandleObject): void {
  const { buffers, readers, touchedId } = object as Pipe;
  let hash = 0;
  if (touchedId > world.lastIdBefore) {
    for (const { page, offset, len } of buffers)
      hash = hashStretch(world, hash, pageAddress(world, page) + offset, len);
  }
  writePipe(out, { readers, buffers: buffers.length, 'payload hash': hash });
  for (const { page, offset, len } of buffers) {
    out.page(world, page);
    writePipeBuffer(out, { offset: page.perCpu ? 0 : offset, len });
  }
}

function observeFile(out: ObservationWords, world: World, object: HandleObject): void {
  const { pages } = object as TmpFile;
  out.word(pages.length);
  for (const page of pages) out.page(world, page);
}

function observeMm(out: ObservationWords, world: World, object: HandleObject): void {
  const mapping = object as UserMapping;
  const { pages, queue, consumed, sk, length, recvSkipHint, copybufLen, touchedId, copybuf } = mapping;
  const hashed = touchedId > world.lastIdBefore && copybufLen > 0;
  writeMm(out, {
    pages: pages.length,
    queue: queue.length,
    consumed,
    inq: tcpInq(mapping),
    sk_rmem_alloc: sk.rmemAlloc,
    length,
    recv_skip_hint: recvSkipHint,
    copybuf_len: copybufLen,
    'copied hash': hashed ? hashStretch(world, 0, copybuf, copybufLen) : 0,
  });
  for (const page of pages) {
    if (page === null) out.word(0);
    else out.page(world, page);
  }
  for (const skb of queue) {
    out.makeRoom();
    out.skb(world, skb);
  }
}
