import type { Cause } from './cause';
import { holdersOf } from './change';
import { after, before } from './history';
import { pageCause } from './page_cause';
import { Words } from './words';

/** Why something alive reaches a freed object: the call that freed it, and the holder that was not counted. */
export function reachCause(words: Words, keys: readonly string[]): Cause | null {
  const freed =
    keys.find((key) => words.is.objects.get(key) === undefined) ?? headOf(words, keys) ?? poolOfPages(words, keys);
  if (freed === undefined) return chunkCause(words);
  const position = freedAt(words, freed);
  if (position === null) return null;
  const then = new Words(words.history, position);
  const kind = freed.slice(0, freed.indexOf('#'));
  if (kind === 'page') return pageCause(then, freed);
  if (kind === 'pool') return poolCause(then, freed);
  const holders = holdersOf(words.is, freed);
  const was = holdersOf(then.was, freed);
  const verb = holders.length > 1 ? 'reach' : 'reaches';
  const reaches = holders.length === 0 ? '' : `; ${words.holders(holders)} still ${verb} it`;
  const count = ['users', 'refcnt', 'dataref']
    .map((field) => then.field(freed, field, then.was))
    .find((value) => value !== undefined);
  return {
    objects: [freed, ...holders.map(({ by }) => by)],
    references: holders,
    fields: ['users'],
    text:
      `${then.label(freed)}: ${then.call} freed ` +
      `it${count === undefined ? '' : ` (its count was ${Number(count)})`}, where ${then.holders(was)} held ` +
      `it${reaches}${referring(then, freed)}${madeIn(then, freed)}`,
  };
}

/** Packets that the call made of an skb that it freed: they still lie in its head. */
function madeIn(words: Words, freed: string): string {
  const made = [...words.is.objects.keys()].filter((key) => /^(xdp|frame)#/.test(key) && !words.was.objects.has(key));
  if (!freed.startsWith('skb#') || made.length === 0) return '';
  const names = made.map((key) => words.label(key)).join(', ');
  return `; ${names}, which it made of it, lies in a kmalloc head (pskb_expand_head()) that went with it`;
}

/** Frags that a packet of user memory lost: their pages are chunks of a pool, which knows them by their xdp_buff. */
function chunkCause(words: Words): Cause | null {
  for (const [key, frags] of words.was.frags) {
    if (!key.startsWith('xdp#')) continue;
    const [gone] = frags.slice(words.is.frags.get(key)?.length ?? 0);
    const [chunk] =
      gone === undefined ? [] : holdersOf(words.was, gone.page).filter(({ place }) => place === 'a chunk');
    if (gone === undefined || chunk === undefined) continue;
    return {
      objects: [key, gone.page, chunk.by],
      references: [chunk],
      fields: ['sinfo.nr_frags'],
      text:
        `${words.label(key)}: ${words.call} cut off its frag of ${gone.page}, which is ${words.holder(chunk)}, and ` +
        `returned it by its page (__xdp_return()): a chunk goes back by its own xdp_buff (xsk_buff_free())`,
    };
  }
  return null;
}

/** A head that is freed while an skb of the statement has it. */
function headOf(words: Words, keys: readonly string[]): string | undefined {
  return keys
    .filter((key) => words.field(key, 'data', words.is) === 'freed')
    .map((key) => String(words.field(key, 'data', words.was)))
    .find((head) => head.startsWith('data#'));
}

function poolOfPages(words: Words, keys: readonly string[]): string | undefined {
  return keys
    .map((key) => words.field(key, 'pp', words.was))
    .find((pool) => typeof pool === 'string' && !words.is.objects.has(pool)) as string | undefined;
}

/** Objects that have the freed one in a field: skb->sk, say. */
function referring(then: Words, freed: string): string {
  const had = [...then.was.objects].flatMap(([key, facts]) =>
    Object.keys(facts)
      .filter((field) => facts[field] === freed && field !== 'data')
      .map((field) => `${field} of ${then.label(key)}`),
  );
  return had.length === 0 ? '' : `; it was ${had.slice(0, 3).join(' and ')} before`;
}

/** Position of the call that freed an object. */
export function freedAt({ history, position }: Words, key: string): number | null {
  for (let i = Math.min(position, history.moments.length - 1); i >= 0; i--)
    if (before(history, i).objects.has(key) && !after(history, i).objects.has(key)) return i;
  return null;
}

/** Pages that are out when their pool is freed will come back to it. */
function poolCause(words: Words, pool: string): Cause {
  const out = [...words.is.objects].filter(([, { pp }]) => pp === pool || pp === 'freed').map(([key]) => key);
  const holders = out.flatMap((page) => holdersOf(words.is, page, 'pp_ref_count', 'refcount'));
  const verb = holders.length > 1 ? 'hold' : 'holds';
  const owed = `${words.holders(holders)} ${verb} ${out.slice(0, 3).join(', ')}, which must return to it`;
  const inflight = words.number(pool, 'hold_cnt', words.was) - words.number(pool, 'release_cnt', words.was);
  return {
    objects: [pool, ...out],
    references: holders,
    fields: ['hold_cnt', 'release_cnt'],
    text:
      `${words.label(pool)}: ${words.call} freed it with ${inflight} pages in flight before the call; ` +
      (out.length === 0 ? 'the call goes on with it' : owed),
  };
}
