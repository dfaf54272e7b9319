import type { Cause } from './cause';
import type { Words } from './words';

/** Why an skb is marked pfmemalloc: the page whose words were looked at. */
export function pfmemallocCause(words: Words, keys: readonly string[], message: string): Cause | null {
  const skb = keys.find((key) => key.startsWith('skb#'));
  const page = keys.find((key) => key.startsWith('page#'));
  if (skb === undefined || page === undefined) return null;
  const user = words.field(page, 'user', words.is);
  const owner = words.number(page, 'owner_word', words.is);
  const whose = owner === 0 ? 'is not from the reserves' : 'belongs to the owner of the page';
  const of = typeof user === 'string' ? `; it is user memory of ${words.label(user)}` : '';
  return {
    objects: [skb, page, ...(typeof user === 'string' ? [user] : [])],
    fields: ['pfmemalloc', 'owner_word'],
    text:
      `${words.label(skb)}: ${words.call} set pfmemalloc because of a word of ${page} ` +
      `(${message.slice(message.lastIndexOf(':') + 2)}), which ` +
      `${whose}${of}; page_is_pfmemalloc() may not be asked of it`,
  };
}
