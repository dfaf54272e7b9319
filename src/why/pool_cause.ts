import type { Cause } from './cause';
import { changeOf, holdersOf } from './change';
import { after, before } from './history';
import { poolOf, pageCause, since } from './page_cause';
import type { Snapshot } from './snapshot';
import { gives, type Words } from './words';

/** Why a pool counts more or fewer pages in flight than are its own: the page that left its hands in another way. */
export function inflightCause(words: Words, pool: string): Cause | null {
  const own = (snapshot: Snapshot): Set<string> =>
    new Set([...snapshot.objects].filter(([key, { pp }]) => pp === pool && held(snapshot, key)).map(([key]) => key));
  const is = own(words.is);
  const left = [...own(words.was)].filter((key) => !is.has(key));
  const released = words.number(pool, 'release_cnt', words.is) - words.number(pool, 'release_cnt', words.was);
  const strays = [...words.is.objects]
    .filter(([key, { pp }]) => pp === pool && !held(words.is, key))
    .map(([key]) => key);
  if (released > left.length) return releasedTwice(words, pool, left);
  const [page] = [...strays, ...left];
  if (page === undefined) return null;
  return strayCause(words, page, pool) ?? pageCause(words, page);
}

function held(snapshot: Snapshot, page: string): boolean {
  return holdersOf(snapshot, page, 'pp_ref_count', 'slots').length > 0;
}

/** A page that its pool counts, and that nobody would return to it. */
function strayCause(words: Words, page: string, pool: string): Cause | null {
  if (!words.is.objects.has(page)) return null;
  const { lost, holders } = changeOf(words.was, words.is, page, 'refcount', 'pp_ref_count', 'slots');
  const name = words.label(pool);
  if (holders.length === 0)
    return {
      objects: [page, pool],
      references: lost,
      fields: ['refcount'],
      text:
        `${page}: ${name} counts it; ${words.holders(lost)} held it until ${words.call}, which let it go ` +
        `without ${gives('pp_ref_count')}: nobody holds it now`,
    };
  const [one] = holders;
  const skb = words.sharers(one.by)[0];
  const recycle = skb === undefined ? '' : `, which does not recycle (${markOf(words)}${unmarked(words, skb)})`;
  const only =
    holders.length === 1
      ? `its only holder since ${since(words, one)} is ${words.holder(one)}`
      : `its holders are ${words.holders(holders)}`;
  return {
    objects: [page, pool, one.by],
    references: holders,
    fields: ['pp_recycle'],
    text:
      `${page}: ${name} counts it; ${only}${recycle}: ` +
      `${skb === undefined ? '' : 'kfree_skb would '}${gives('refcount')} it instead of returning it to the ` +
      `pool`,
  };
}

/** The mark that recycling goes by: pp_recycle, or the memory info of 2018. */
function markOf({ history }: Words): string {
  const since2018 = history.moments.some(({ after: { objects } }) =>
    [...objects.values()].some((facts) => facts.mem_info !== undefined),
  );
  return since2018 ? 'no mem_info' : 'pp_recycle 0';
}

/** The call that made the skb without the mark, or that took the mark from it. */
function unmarked(words: Words, skb: string): string {
  for (let i = words.position; i >= 0; i--) {
    const marked = before(words.history, i).objects.get(skb)?.pp_recycle;
    const now = after(words.history, i).objects.get(skb)?.pp_recycle;
    if (marked === true && now === false)
      return `: ${words.history.moments[Math.min(i, words.history.moments.length - 1)].command} took the mark from it`;
    if (marked === undefined && now !== undefined)
      return ` since ${words.history.moments[Math.min(i, words.history.moments.length - 1)].command} made it`;
  }
  return '';
}

/** A page that was counted as released when it was no longer in flight. */
function releasedTwice(words: Words, pool: string, left: readonly string[]): Cause | null {
  const from = words.number(pool, 'release_cnt', words.was);
  const to = words.number(pool, 'release_cnt', words.is);
  const earlier = leftBefore(words, pool);
  const page = left[0] ?? earlier?.page;
  const again = earlier === null ? '' : `: ${earlier.page} had left the pool in ${earlier.command} already`;
  return {
    objects: [...(page === undefined ? [] : [page]), pool],
    fields: ['release_cnt'],
    text:
      `${words.label(pool)}: ${words.call} raised release_cnt from ${from} to ${to}, where ` +
      `${left.length === 0 ? 'no page' : `only ${left.join(', ')}`} left it${again}`,
  };
}

/** The last page that the pool released, and the call. */
function leftBefore({ history, position }: Words, pool: string): { page: string; command: string } | null {
  for (let i = Math.min(position, history.moments.length - 1); i >= 0; i--)
    for (const [key, { pp }] of before(history, i).objects)
      if (key.startsWith('page#') && pp === pool && after(history, i).objects.get(key)?.pp !== pool)
        return { page: key, command: history.moments[i].command };
  return null;
}

/** A page of the reserves that a cache goes on using. */
function reservesCause(words: Words, page: string): Cause | null {
  if (words.field(page, 'pfmemalloc', words.is) !== true) return null;
  const caches = words.is.references.filter(({ of, place }) => of === page && place === 'pagecnt_bias');
  return {
    objects: [page, ...caches.map(({ by }) => by)],
    references: caches,
    fields: ['pfmemalloc', 'refcount'],
    text:
      `${page}: it is pfmemalloc; when all its pieces had come back ${words.call} started over with it ` +
      `(${words.holders(caches)}) instead of giving it back to the reserves (free_unref_page())`,
  };
}

/** Why a page rests in a pool that should not: others that hold it, a second slot, the reserves, another pool. */
export function restingCause(words: Words, page: string): Cause | null {
  const slots = holdersOf(words.is, page, 'slots');
  const others = holdersOf(words.is, page, 'refcount', 'pp_ref_count');
  const { gained, lost } = changeOf(words.was, words.is, page, 'slots', 'refcount', 'pp_ref_count');
  const put = gained.some(({ counter }) => counter === 'slots');
  const pool = poolOf(words, page);
  const base = {
    objects: [page, ...slots.map(({ by }) => by)],
    references: [...slots, ...others],
    fields: ['refcount', 'slots'],
  };
  if (slots.length === 0) return reservesCause(words, page);
  if (pool !== null && slots.some(({ by }) => by !== pool))
    return {
      ...base,
      objects: [page, ...slots.map(({ by }) => by), pool],
      text:
        `${page}: it is a page of ${words.label(pool)}; ${words.call} put it to ${words.holders(slots)}, ` +
        `together with pages of that pool`,
    };
  if (pool === null)
    return {
      ...base,
      text: `${page}: ${words.call} put it to ${words.holders(slots)}, although it is no page of a pool`,
    };
  if (others.length > 0) {
    const references = words.number(page, 'refcount', words.was);
    const refcount = `refcount ${references}, pp_ref_count ${words.number(page, 'pp_ref_count', words.was)} before it`;
    const why = put
      ? `${words.call} put it to ${words.holders(slots)} ` +
        `(${lost.length === 0 ? 'no holder let it go' : `for ${words.holders(lost)}`})`
      : `it rests in ${words.holders(slots)}`;
    return {
      ...base,
      references: others,
      text:
        `${page}: ${why} while ${words.holders(others)} ${others.length > 1 ? 'hold' : 'holds'} it since ` +
        `${since(words, others[0])}: ${refcount}`,
    };
  }
  if (slots.length > 1)
    return {
      ...base,
      text:
        `${page}: ${words.call} put it to ${words.label(slots[0].by)} again; it rested in ` +
        `${words.holders(slots.slice(0, 1))} since ${since(words, slots[0])}, and nobody had taken it out`,
    };
  if (words.field(page, 'pfmemalloc', words.is) === true)
    return {
      ...base,
      fields: ['pfmemalloc'],
      text:
        `${page}: ${words.holders(lost)} let it go, and ${words.call} put it to ${words.holders(slots)} ` +
        `without looking at its pfmemalloc mark: it must go back to the allocator`,
    };
  return pageCause(words, page);
}
