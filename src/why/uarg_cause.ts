import type { Cause } from './cause';
import type { Words } from './words';

/** Why a segment has user pages whose owner was not asked. */
export function ownerNotAsked(words: Words, key: string): Cause | null {
  const was = words.number(key, 'refcnt', words.was);
  const is = words.number(key, 'refcnt', words.is);
  const gained = words.is.references.filter(
    ({ of, counter, by }) => of === key && counter === 'refcnt' && !words.was.objects.has(by),
  );
  if (gained.length === 0) return null;
  return {
    objects: [key, ...gained.map(({ by }) => by)],
    references: gained,
    fields: ['refcnt', 'flags'],
    text:
      `${words.label(key)}: ${words.holders(gained)} came to hold it in ${words.call} (refcnt ${was} to ` +
      `${is}) and share its pages; it is not SKBFL_DONT_ORPHAN, so its owner must be asked for them first ` +
      `(skb_orphan_frags())`,
  };
}
