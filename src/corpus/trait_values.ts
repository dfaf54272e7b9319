import type { Page } from '../model/structs/page';

/** MAX_SKB_FRAGS of the kernels that we model. A build with another number has other full skbs, and the same traits. */
export const FRAGS_FULL = 17;

/** 0, 1, 2, 3 and more. */
export function few(n: number): number {
  return n <= 0 ? 0 : n < 3 ? n : 3;
}

/** None, some, as many as there is room for. */
export function filled(n: number, room: number): number {
  return n === 0 ? 0 : n < room ? 1 : 2;
}

export function bit(value: boolean): number {
  return value ? 1 : 0;
}

/** Where memory comes from: none, the page allocator, a pool, the page cache, a user. */
export function originOf(page: Page | null): number {
  if (page === null) return 0;
  if (page.user !== null) return 4;
  if (page.file !== null) return 3;
  return page.pp === null ? 1 : 2;
}
