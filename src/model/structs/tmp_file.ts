import type { Page } from './page';

/** A file of tmpfs whose pages are all in the page cache, which holds one reference to each. */
export class TmpFile {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
  readonly pages: Page[] = [];
}
