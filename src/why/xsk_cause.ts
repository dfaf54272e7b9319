import type { Cause } from './cause';
import { changedSkbs } from './amounts';
import type { Words } from './words';

/** Why slots of a completion ring and the packets that owe them parted. */
export function completionCause(words: Words, keys: readonly string[], message: string): Cause | null {
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
  const what = / completed address \d+, but /.test(message)
    ? 'the oldest slot became visible with the address that another packet had written there'
    : verdictOf({ published, reserved, owed: live.length, taken: sum });
  return {
    objects: [umem, ...taken.map(({ xsk }) => xsk), ...live],
    fields: ['cq.cached_prod', 'cq.producer', 'tx.cached_cons'],
    text:
      `${words.label(umem)}: ${words.call} reserved ${reserved} (cached_prod) and published ${published} ` +
      `(producer) slots; ${taking}; ${owe}: ${what}`,
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
