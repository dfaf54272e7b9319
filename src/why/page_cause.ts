import { countText } from '../model/world/count_text';
import type { Cause } from './cause';
import { changeOf, holdersOf, sum } from './change';
import { countCause } from './count_cause';
import type { Reference } from './references/reference';
import { after } from './history';
import { gives, type Words } from './words';

/**
 * Why the counts of a page do not match its holders. A page of a pool has two: pp_ref_count of those that return it to
 * the pool, and refcount, in which all of these together are one.
 */
export function pageCause(words: Words, key: string): Cause | null {
  const was = words.was.objects.get(key);
  const is = words.is.objects.get(key);
  const pool = poolOf(words, key);
  if (is === undefined) return was === undefined ? null : freedCause(words, key, pool);
  const pooledCount = { key, counter: 'pp_ref_count', field: 'pp_ref_count' } as const;
  // A page that has left its pool keeps its last count of users, which means nothing any more.
  const isPools =
    typeof words.field(key, 'pp', words.is) === 'string' && holdersOf(words.is, key, 'pp_ref_count').length > 0;
  return (
    wrongKind(words, key, pool) ??
    (isPools ? countCause(words, pooledCount) : null) ??
    plainCause(words, key, pool) ??
    countCause(words, pooledCount)
  );
}

/** The pool of a page, after the call or before it. */
export function poolOf(words: Words, key: string): string | null {
  const pool = words.field(key, 'pp', words.is) ?? words.field(key, 'pp', words.was);
  return typeof pool === 'string' ? pool : null;
}

const plain = ({ counter }: Reference): boolean => counter === 'refcount';
const pooled = ({ counter }: Reference): boolean => counter === 'pp_ref_count';

/**
 * A holder whose reference is of the wrong kind: it would go to the allocator and not to the pool, or the other way
 * round.
 */
function wrongKind(words: Words, key: string, pool: string | null): Cause | null {
  const { gained, lost, holders } = changeOf(words.was, words.is, key, 'refcount', 'pp_ref_count');
  if (pool === null) return null;
  const counted = words.number(key, 'pp_ref_count', words.is) - words.number(key, 'pp_ref_count', words.was);
  const base = { objects: [key, pool], fields: ['pp_ref_count', 'pp_recycle'] };
  const others = gained.filter(plain);
  const pools = gained.filter(pooled);
  const [one] = gained;
  if (others.length > 0 && counted - sum(pools) + sum(lost.filter(pooled)) > 0) {
    const only =
      holders.length === 1 ? `its only holder is ${words.holder(one)}` : `${words.holders(others)} holds it too`;
    return {
      ...base,
      references: others,
      text:
        `${key}: ${words.label(pool)} counts it; ${only} since ${words.call}, which does not ` +
        `recycle${recycleOf(words, one)}: kfree_skb would ${gives('refcount')} it instead of returning it to its pool`,
    };
  }
  if (pools.length > 0 && counted < sum(pools) - sum(lost.filter(pooled))) {
    const source =
      words.number(key, 'refcount', words.is) > words.number(key, 'refcount', words.was)
        ? 'took a plain reference (get_page())'
        : 'took no reference';
    return {
      ...base,
      references: pools,
      text:
        `${key}: ${words.holders(pools)} came to hold it in ${words.call}, which ${source}, although ` +
        `${recycles(words, pools[0])} and will return it to ${words.label(pool)}: pp_ref_count is ` +
        `${countText(words.number(key, 'pp_ref_count', words.is))} for ` +
        `${countText(sum(holders.filter(pooled)))} pool users`,
    };
  }
  return null;
}

function recycles(words: Words, reference: Reference): string {
  const mark = recycleOf(words, reference);
  return mark === '' ? 'it is one of the users of its pool' : `its skb recycles${mark}`;
}

function recycledBefore(words: Words, { by }: Reference): string {
  const had = [...words.was.objects].find(
    ([key, facts]) => key.startsWith('skb#') && facts.data === by && facts.pp_recycle === true,
  );
  return had === undefined ? '' : ' (pp_recycle 1)';
}

function recycleOf(words: Words, { by }: Reference): string {
  const skb = words.sharers(by)[0];
  if (skb === undefined) return '';
  const recycles = words.field(skb, 'pp_recycle', words.is) ?? words.field(skb, 'pp_recycle', words.was);
  return ` (pp_recycle ${recycles === true ? 1 : 0})`;
}

/** All pool users together are one plain reference, and so is the pool's own while the page rests in it. */
function plainCause(words: Words, key: string, pool: string | null): Cause | null {
  const counted = (snapshot: Words['is']): { held: number; pooledOnes: Reference[] } => {
    const pooledOnes = holdersOf(snapshot, key, 'pp_ref_count', 'slots');
    return { held: sum(holdersOf(snapshot, key, 'refcount')) + (pooledOnes.length > 0 ? 1 : 0), pooledOnes };
  };
  const was = counted(words.was);
  const is = counted(words.is);
  const to = words.number(key, 'refcount', words.is);
  const from = words.number(key, 'refcount', words.was);
  const surplus = to - is.held - (from - was.held);
  if (surplus > 0 && is.pooledOnes.length === 0 && was.pooledOnes.length > 0) {
    const left = holdersOf(words.is, key);
    return {
      objects: [key, ...(pool === null ? [] : [pool])],
      references: was.pooledOnes,
      fields: ['refcount'],
      text:
        `${key}: ${words.holders(was.pooledOnes)} held it until ${words.call}, which ` +
        `${takenOut(words, key, pool)}: refcount is ${to}, and ${words.holders(left)} holds it`,
    };
  }
  return countCause(words, { key, counter: 'refcount', field: 'refcount' });
}

/** How a pool's page lost its last holder: with its pool, or only the holder. */
function takenOut(words: Words, key: string, pool: string | null): string {
  const name = pool === null ? 'its pool' : words.label(pool);
  if (typeof words.field(key, 'pp', words.is) === 'string')
    return `dropped it without ${gives('pp_ref_count')}, so that ${name} still counts it`;
  return `took it out of ${name} and did not ${gives('refcount')} it`;
}

/** A page that reached the allocator in this call. */
function freedCause(words: Words, key: string, pool: string | null): Cause {
  const { gained, lost, holders } = changeOf(words.was, words.is, key, 'refcount', 'pp_ref_count', 'slots');
  const base = { objects: [key, ...(pool === null ? [] : [pool])], fields: ['refcount'] };
  const refcount = words.number(key, 'refcount', words.was);
  const users = lost.filter(pooled);
  if (pool !== null && users.length > 0)
    return {
      ...base,
      references: users,
      text:
        `${key}: ${words.holders(users)} held it for ` +
        `${words.label(pool)}${recycledBefore(words, users[0])}; ${words.call} let it go with ` +
        `${gives('refcount')} instead of ${gives('pp_ref_count')}: ${words.label(pool)} still counts ` +
        `it${holders.length > 0 ? `, and ${words.holders(holders)} still holds it` : ''}${markOf(words, key)}`,
    };
  if (holders.length > 0) {
    const references = gained.length > 0 ? gained : holders;
    const how =
      gained.length > 0
        ? `${words.holders(gained)} came to hold it in ${words.call} without a reference of its own (get_page())`
        : `${words.call} put it ${refcount === 1 ? 'once' : `${refcount} times`} (put_page()) where ` +
          `${lost.length === 0 ? 'no holder let it go' : `only ${words.holders(lost)} let it go`}`;
    const rest =
      gained.length > 0 && lost.length > 0 ? `; the put for ${words.holders(lost)} freed it` : '; it was freed';
    return {
      ...base,
      references,
      text: `${key}: ${how}${rest} while ${words.holders(holders)} still ${holders.length > 1 ? 'hold' : 'holds'} it`,
    };
  }
  const last = lost.filter(plain);
  const counts = pool === null ? '' : ` with ${gives('refcount')}, although ${words.label(pool)} counts it`;
  return {
    ...base,
    references: last,
    text:
      `${key}: ${words.holders(last)}, its last ${last.length > 1 ? 'holders' : 'holder'}, let it go in ` +
      `${words.call}${foreign(words, last)}${counts}`,
  };
}

/** A holder that recycles, and whose page is no pool's. */
function foreign(words: Words, [one]: readonly Reference[]): string {
  if (one === undefined) return '';
  const skb = [...words.was.objects].find(([key, facts]) => key.startsWith('skb#') && facts.data === one.by)?.[0];
  if (skb === undefined || words.field(skb, 'pp_recycle', words.was) !== true) return '';
  const word = words.number(one.of, 'lru_next', words.was);
  return (
    `, which asked whether it is a pool's because ${words.label(skb)} recycles (pp_recycle 1); it is ` +
    `none${word === 0 ? '' : `, and its lru.next lies in the word in which PP_SIGNATURE is looked for`}`
  );
}

/** The words of a page that decide whether it is taken for a pool's. */
function markOf(words: Words, key: string): string {
  const marked = words.field(key, 'pfmemalloc', words.was) === true;
  return marked ? ' (the page is pfmemalloc, which is bit 1 of the word of PP_SIGNATURE)' : '';
}

/** The call that first made the page reach an object that has it now. */
export function since(words: Words, { of, by, counter, place }: Reference): string {
  for (let i = 0; i < words.history.moments.length; i++) {
    const held = holdersOf(after(words.history, i), of, counter).some(
      (one) => one.by === by && (one.byName !== true || one.place === place),
    );
    if (held) return words.history.moments[i].command;
  }
  return words.call;
}
