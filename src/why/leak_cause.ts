import type { Cause } from './cause';
import { holdersOf } from './change';
import type { Reference } from './references/reference';
import type { Words } from './words';

const CHAIN_MAX = 8;
const CIRCLE = ': they hold each other in a circle, and no call can free any of them';

/** Why objects are left at the end: their holders, back to one that nobody holds, or round in a circle. */
export function leakCause(words: Words, kind: string): Cause | null {
  const left = [...words.is.objects.keys()].filter((key) => key.startsWith(`${kind}#`));
  const key = left.find((one) => holdersOf(words.is, one).length === 0) ?? left[0];
  if (key === undefined) return null;
  const chain: Reference[] = [];
  const seen = new Set([key]);
  let at = key;
  for (let i = 0; i < CHAIN_MAX; i++) {
    const [holder] = holdersOfAny(words, at);
    if (holder === undefined) break;
    chain.push(holder);
    at = headOwner(words, holder.by);
    if (seen.has(at)) break;
    seen.add(at);
  }
  const circle = chain.length > 0 && seen.has(at) && headOwner(words, (chain.at(-1) as Reference).by) === key;
  const text = chain.length === 0 ? lastHolder(words, key) : `${chainText(words, chain)}${circle ? CIRCLE : ''}`;
  return {
    objects: [key, ...chain.map(({ by }) => by)],
    references: chain,
    fields: ['users'],
    text: `${words.label(key)}: ${chain.length === 0 ? text : `it is held by ${text}`}`,
  };
}

function chainText(words: Words, chain: readonly Reference[]): string {
  const texts = chain.map((one) => {
    const closed = words.field(one.by, 'closed', words.is) === true ? ', which is closed' : '';
    return `${words.holder(one)}${closed}`;
  });
  return texts.join(', that is held by ');
}

/** References in counts, and sockets that are kept by an owner of user pages (sock_hold) or an skb. */
function holdersOfAny(words: Words, key: string): Reference[] {
  const counted = holdersOf(words.is, key);
  if (counted.length > 0) return counted;
  const by = [...words.is.objects].filter(([other, { sk }]) => sk === key && other !== key).map(([other]) => other);
  return by.map((other) => ({ of: key, by: other, place: 'sk', counter: 'refcnt', count: 1 }));
}

function headOwner(words: Words, key: string): string {
  return key.startsWith('data#') ? (words.sharers(key)[0] ?? key) : key;
}

/** The last holder that let go of an object, and the call. */
function lastHolder(words: Words, key: string): string {
  const { moments } = words.history;
  for (let i = moments.length - 1; i >= 0; i--) {
    const held = holdersOf(moments[i].after, key);
    if (held.length === 0) continue;
    const went = moments[i + 1];
    if (went === undefined) break;
    return (
      `${words.holders(held)} held it until ${went.command}, which forgot it without freeing it: its count ` +
      `stays, and nobody is left to drop it`
    );
  }
  return 'nobody ever held it';
}
