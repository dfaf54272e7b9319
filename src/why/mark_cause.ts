import type { Cause } from './cause';
import { fieldCause } from './field_cause';
import { sourcesOf } from './geometry_cause';
import { after, before } from './history';
import { pageCause } from './page_cause';
import { restingCause } from './pool_cause';
import type { Words } from './words';

const MARKS = ['head_frag', 'pp_recycle', 'mem_info', 'pfmemalloc'];

/** Why a mark of an skb is not true of its head: the call that set or copied it, and the skb that had it. */
export function markCause(words: Words, key: string): Cause | null {
  const data = String(words.field(key, 'data', words.is));
  const page = words.field(data, 'page', words.is);
  const memory = typeof page === 'string' ? `its head is in ${page}` : 'its head is kmalloc memory';
  const marks = MARKS.filter((mark) => isSet(words.field(key, mark, words.is)));
  const at = marks.map((mark) => setAt(words, key, mark));
  if (marks.length === 0) return null;
  const set = marks.map((mark, i) => `${mark} in ${at[i]}`);
  const sources = sourcesOf(words).filter(
    (other) => other.startsWith('skb#') && marks.some((mark) => isSet(words.field(other, mark, words.was))),
  );
  const from = sources.length === 0 ? '' : `, as ${sources.map((one) => words.label(one)).join(' and ')} has`;
  return {
    objects: [key, data, ...sources],
    fields: marks,
    text: `${words.label(key)}: it got ${set.join(' and ')}${from}; ${memory}`,
  };
}

function isSet(value: unknown): boolean {
  return value === true || typeof value === 'string';
}

function setAt({ history, position }: Words, key: string, mark: string): string {
  for (let i = Math.min(position, history.moments.length - 1); i >= 0; i--)
    if (isSet(after(history, i).objects.get(key)?.[mark]) && !isSet(before(history, i).objects.get(key)?.[mark]))
      return history.moments[i].command;
  return 'no call';
}

/** A page or an skb that is not where it belongs. */
export function ownPoolCause(words: Words, keys: readonly string[]): Cause | null {
  const page = keys.find((key) => key.startsWith('page#'));
  if (page !== undefined) return restingCause(words, page) ?? pageCause(words, page);
  const skb = keys.find((key) => key.startsWith('skb#'));
  return (skb === undefined ? null : markCause(words, skb)) ?? fieldCause(words, keys);
}
