import { pageAddress } from '../../model/mm/page_alloc';
import { tcpInq } from '../../model/net/ipv4/user_mapping';
import type { HandleObject, World } from '../../model/world/world';
import { type Observer } from './observe';
import { hashStretch } from './hash';
import type { Pipe } from '../../model/structs/pipe';
import type { TmpFile } from '../../model/structs/tmp_file';
import type { UserMapping } from '../../model/structs/user_mapping';

/** Readers, buffers, a hash of what is in them where the call worked on the pipe, and for each: page, offset, length. */
export function observePipe(observer: Observer, world: World, object: HandleObject): void {
  const { buffers, readers, touchedId } = object as Pipe;
  let hash = 0;
  if (touchedId > world.lastIdBefore) {
    for (const { page, offset, len } of buffers)
      hash = hashStretch(world, hash, pageAddress(world, page) + offset, len);
  }
  observer.word(readers);
  observer.word(buffers.length);
  observer.word(hash);
  for (const { page, offset, len } of buffers) {
    observer.page(world, page);
    observer.word(page.perCpu ? 0 : offset);
    observer.word(len);
  }
}

export function observeFile(observer: Observer, world: World, object: HandleObject): void {
  const { pages } = object as TmpFile;
  observer.word(pages.length);
  for (const page of pages) observer.page(world, page);
}

/**
 * Pages, what waits, the charge, what the last receive answered with a hash of the bytes that it copied, then each page of the mapping
 * (0: nothing), then the skbs of the queue.
 */
export function observeMapping(observer: Observer, world: World, object: HandleObject): void {
  const mapping = object as UserMapping;
  const { pages, queue, consumed, sk, length, recvSkipHint, copybufLen, touchedId, copybuf } = mapping;
  const hashed = touchedId > world.lastIdBefore && copybufLen > 0;
  for (const word of [pages.length, queue.length, consumed, tcpInq(mapping), sk.rmemAlloc]) observer.word(word);
  for (const word of [length, recvSkipHint, copybufLen]) observer.word(word);
  observer.word(hashed ? hashStretch(world, 0, copybuf, copybufLen) : 0);
  for (const page of pages) {
    if (page === null) observer.word(0);
    else observer.page(world, page);
  }
  for (const skb of queue) {
    observer.makeRoom();
    observer.skb(world, skb);
  }
}
