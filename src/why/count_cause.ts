import { countText } from '../model/world/count_text';
import type { Cause } from './cause';
import { changeOf, holdersOf, sum } from './change';
import type { Counter, Reference } from './references/reference';
import { gives, takes, type Words } from './words';

/** A count of an object: the field that keeps it, and the references that are in it. */
export interface Counted {
  readonly key: string;
  readonly counter: Counter;
  readonly field: string;
}

/**
 * Why a count and its holders parted in a call: a holder that went without giving its reference back, one that came
 * without taking one, or a function that took or gave back a reference that no holder had.
 */
export function countCause(words: Words, { key, counter, field }: Counted): Cause | null {
  const { gained, lost, holders } = changeOf(words.was, words.is, key, counter);
  const from = words.number(key, field, words.was);
  const to = words.number(key, field, words.is);
  const surplus = to - from - (sum(gained) - sum(lost));
  const base = { objects: [key], fields: [field] };
  if (surplus === 0) return null;
  const counts =
    from === to ? `${field} stays ${countText(to)}` : `${field} went from ${countText(from)} to ${countText(to)}`;
  const left = `${words.holders(holders)} ${holders.length > 1 ? 'hold' : 'holds'} it`;
  const name = words.label(key);
  if (surplus > 0) {
    if (!words.was.objects.has(key) && holders.length === 0)
      return {
        ...base,
        text:
          `${name}: ${words.call} made it and let nothing hold it: ${field} is ${countText(to)}, and nobody ` +
          `is left for ${gives(counter)}${notCompound(words)}`,
      };
    if (lost.length > 0)
      return {
        ...base,
        references: lost,
        text:
          `${name}: ${words.holders(lost)} held it until ${words.call}, which dropped it without ` +
          `${gives(counter)}: ${counts}, and ${left}`,
      };
    return {
      ...base,
      references: holders,
      text:
        `${name}: ${words.call} took ${taken(words, to - from, gained)} (${takes(counter)}): ${counts}, and ` +
        `${left}`,
    };
  }
  if (gained.length > 0)
    return {
      ...base,
      references: gained,
      text:
        `${name}: ${came(words, gained)} in ${words.call}, which did not take a reference for it ` +
        `(${takes(counter)}): ${counts}, and ${left}${orphans(words, gained)}`,
    };
  return {
    ...base,
    references: holders,
    text:
      `${name}: ${words.call} gave back a reference (${gives(counter)}) that it did not hold: ${counts}, ` +
      `and ${left}`,
  };
}

/** A page that was freed in the call without the pages behind its first. */
function notCompound(words: Words): string {
  const freed = [...words.was.objects].find(
    ([key, facts]) => facts.compound === false && !words.is.objects.has(key),
  )?.[0];
  if (freed === undefined) return '';
  return (
    `; it lies behind ${freed}, of order ${words.number(freed, 'order', words.was)} and not compound (no ` +
    `__GFP_COMP), of which the put freed the first page alone`
  );
}

/** References that were taken, against the holders that came. */
function taken(words: Words, count: number, gained: readonly Reference[]): string {
  if (gained.length === 0) return `${count === 1 ? 'a reference' : `${count} references`} that no holder has`;
  return `${count} references where only ${words.holders(gained)} came`;
}

/** Holders that nobody holds themselves. */
function orphans(words: Words, references: readonly Reference[]): string {
  const lonely = references
    .flatMap(({ by }) => words.sharers(by))
    .filter((skb) => words.is.objects.has(skb) && holdersOf(words.is, skb, 'users').length === 0);
  return lonely.length === 0
    ? ''
    : `; nobody holds ${lonely.map((skb) => words.label(skb)).join(', ')}, which ${words.call} built and forgot`;
}

function came(words: Words, gained: readonly Reference[]): string {
  return `${words.holders(gained)} came to hold it`;
}

/** True when a world counts and holds alike. */
export function balances(words: Words, { key, counter, field }: Counted): boolean {
  return words.number(key, field, words.is) === sum(holdersOf(words.is, key, counter));
}
