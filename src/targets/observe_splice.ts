import { pageAddress } from '../model/page_alloc';
import type { Pipe } from '../model/pipe';
import type { TmpFile } from '../model/tmp_file';
import type { HandleObject, World } from '../model/world';
import { hashStretch, type Observer } from './observe';

/** Readers, buffers, a hash of what is in them where the call worked on the pipe, and for each: page, offset, length. */
export function observePipe(observer: Observer, world: World, object: HandleObject): void {
  const { buffers, readers, touchedId } = object as Pipe;
  let hash = 0;
  if (touchedId > world.lastIdBefore) {
    for (const { page, offset, len } of buffers) hash = hashStretch(world, hash, pageAddress(world, page) + offset, len);
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
