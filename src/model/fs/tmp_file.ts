import { newPage, putPage } from '../mm/page_alloc';
import { writePattern } from '../mm/page_writes';
import type { World } from '../world/world';
import { TmpFile } from '../structs/tmp_file';

/**
 * shmem_file_setup(), and shmem_read_mapping_page() of each page (mm/shmem.c), which fills the page: all bytes are
 * written here. The pages come from alloc_pages() and have nothing of a pool.
 */
export function newTmpFile(world: World, pages: number): TmpFile {
  const file = new TmpFile();
  file.id = world.newId();
  for (let i = 0; i < pages; i++) {
    const page = newPage(world, 0);
    page.file = file;
    writePattern(world, page, 0, world.abi.pageSize);
    file.pages.push(page);
  }
  return world.addSystem(world.systems.files, file);
}

/**
 * shmem_truncate_range(): removes the pages from the page cache, even if others hold them (filemap_remove_folio:
 * page->mapping is NULL again).
 */
export function truncateTmpFile(world: World, file: TmpFile): void {
  for (const page of file.pages) {
    page.file = null;
    putPage(world, page);
  }
  file.pages.length = 0;
  file.freed = true;
  world.removeSystem(world.systems.files, file);
}
