import type { Page } from '../../model/structs/page';
import type { SkBuff } from '../../model/structs/sk_buff';

/** A longer list ends with the number of the items that are left out. */
const SHOWN_MAX = 8;

export function listText<T>(items: readonly T[], text: (item: T) => string): string {
  if (items.length === 0) return 'nothing';
  const more = items.length > SHOWN_MAX ? ` and ${items.length - SHOWN_MAX} more` : '';
  return items.slice(0, SHOWN_MAX).map(text).join(' ') + more;
}

/** `page#7`; the page joins those that a text shows. */
export function pageName(page: Page, pages: Set<Page>): string {
  pages.add(page);
  return `page#${page.id}`;
}

/** `skb#7:1000`: with its length. */
export const skbName = ({ id, len }: SkBuff): string => `skb#${id}:${len}`;
