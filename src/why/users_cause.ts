import type { Cause } from './cause';
import type { Words } from './words';

/** Why an skb has more users in the middle of a call than its holders before it. */
export function usersCause(words: Words, key: string, message: string): Cause | null {
  const counted = Number(/which has (\d+) users/.exec(message)?.[1] ?? 0);
  if (counted === 0) return null;
  const before = words.number(key, 'users', words.was);
  const made = !words.was.objects.has(key);
  const holders = words.was.references.filter(({ of, counter }) => of === key && counter === 'users');
  const held = made
    ? `${words.call} made it`
    : `${words.holders(holders)} held it (users ${before}) before ${words.call}`;
  const own = counted - (made ? 1 : before);
  return {
    objects: [key],
    references: holders,
    fields: ['users'],
    text:
      `${words.label(key)}: ` +
      `${held}, which took ${own} more (skb_get()) and sent the same skb: its head is reallocated ` +
      `(pskb_expand_head()) while ${counted} users have it`,
  };
}
