import type { Page } from './page';

/** struct page_frag_cache. */
export class PageFragCache {
  id = 0;
  page: Page | null = null;
  offset = 0;
  size = 0;
  pagecntBias = 0;
  pfmemalloc = false;
  /** Position in world.fragCaches. */
  index = 0;
}
