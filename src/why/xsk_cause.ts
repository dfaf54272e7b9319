import type { Cause } from './cause';
import { changedSkbs } from './amounts';
import type { Words } from './words';

/** Why slots of a completion ring and the packets that owe them parted. */
export function completionCause(words: Words, keys: readonly string[]): Cause | null {
  const umem = keys.find((key) => key.startsWith('umem#')) ?? umemOf(words, keys);
  if (umem === undefined) return null;
  const changed = (field: string): number => words.number(umem, field, words.is) - words.number(umem, field, words.was);
  const published = changed('cq.producer');
  const reserved = changed('cq.cached_prod');
  const taken = [...words.is.objects]
    .filter(([, facts]) => facts.umem === umem)
    .map(([xsk]) => ({
      xsk,
      taken: words.number(xsk, 'tx.cached_cons', words.is) - words.number(xsk, 'tx.cached_cons', words.was),
    }));
  const skbs = changedSkbs(words).filter((skb) => skb.startsWith('skb#'));
  const live = skbs.filter((skb) => words.is.objects.has(skb));
  const owe =
    live.length === 0
      ? 'no skb is left that owes a slot'
      : `${live.map((skb) => words.label(skb)).join(', ')} ${live.length > 1 ? 'owe' : 'owes'} a slot each`;
  const sum = taken.reduce((all, one) => all + one.taken, 0);
  const taking =
    sum === 0
      ? 'the descriptor stays in the TX ring and will be sent again'
      : `${sum} of the descriptors were taken from the TX ring`;
  const what = verdictOf({ published, reserved, owed: live.length, taken: sum });
  return {
    objects: [umem, ...taken.map(({ xsk }) => xsk), ...live],
    fields: ['cq.cached_prod', 'cq.producer', 'tx.cached_cons'],
    text: `${words.label(umem)}: ${words.call} reserved ${reserved} (cached_prod) and published ${published} (producer) slots; ${taking}; ${owe}: ${what}`,
  };
}

function verdictOf({
  published,
  reserved,
  owed,
  taken,
}: {
  published: number;
  reserved: number;
  owed: number;
  taken: number;
}): string {
  if (published > reserved) return 'xskq_prod_submit() published a slot that nothing had reserved';
  if (published > taken)
    return 'the skb that was freed completed (xskq_prod_submit()) although its descriptor was not taken';
  if (owed > reserved - published)
    return published > 0
      ? 'a freed skb completed (xskq_prod_submit()) with the slot of another'
      : 'two packets were built for one slot';
  return 'nobody gave the slot back (xskq_prod_cancel())';
}

function umemOf(words: Words, keys: readonly string[]): string | undefined {
  const umem = keys.map((key) => words.field(key, 'umem', words.is)).find((one) => typeof one === 'string');
  return umem as string | undefined;
}

/** Why an skb has more users in the middle of a call than its holders before it. */
export function usersCause(words: Words, key: string, message: string): Cause | null {
  const counted = Number(/which has (\d+) users/.exec(message)?.[1] ?? 0);
  if (counted === 0) return null;
  const before = words.number(key, 'users', words.was);
  const made = !words.was.objects.has(key);
  const holders = words.was.references.filter(({ of, counter }) => of === key && counter === 'users');
  const own = counted - (made ? 1 : before);
  return {
    objects: [key],
    references: holders,
    fields: ['users'],
    text: `${words.label(key)}: ${made ? `${words.call} made it` : `${words.holders(holders)} held it (users ${before}) before ${words.call}`}, which took ${own} more (skb_get()) and sent the same skb: its head is reallocated (pskb_expand_head()) while ${counted} users have it`,
  };
}

/** Why an skb is marked pfmemalloc: the page whose words were looked at. */
export function pfmemallocCause(words: Words, keys: readonly string[], message: string): Cause | null {
  const skb = keys.find((key) => key.startsWith('skb#'));
  const page = keys.find((key) => key.startsWith('page#'));
  if (skb === undefined || page === undefined) return null;
  const user = words.field(page, 'user', words.is);
  const owner = words.number(page, 'owner_word', words.is);
  return {
    objects: [skb, page, ...(typeof user === 'string' ? [user] : [])],
    fields: ['pfmemalloc', 'owner_word'],
    text: `${words.label(skb)}: ${words.call} set pfmemalloc because of a word of ${page} (${message.slice(message.lastIndexOf(':') + 2)}), which ${owner === 0 ? 'is not from the reserves' : 'belongs to the owner of the page'}${typeof user === 'string' ? `; it is user memory of ${words.label(user)}` : ''}; page_is_pfmemalloc() may not be asked of it`,
  };
}

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
    text: `${words.label(key)}: ${words.holders(gained)} came to hold it in ${words.call} (refcnt ${was} to ${is}) and share its pages; it is not SKBFL_DONT_ORPHAN, so its owner must be asked for them first (skb_orphan_frags())`,
  };
}
