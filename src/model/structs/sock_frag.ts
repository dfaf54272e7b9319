import type { Page } from './page';

/** struct page_frag of a socket: the page that small data is copied to. One reference to it is the socket's. */
export interface SockFrag {
  page: Page | null;
  offset: number;
  size: number;
}
