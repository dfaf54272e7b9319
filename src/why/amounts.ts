import type { Words } from './words';

/** A number of bytes that a field or a sum of fields had before the call, with its words. */
interface Amount {
  readonly value: number;
  readonly text: string;
}

/** A field of fewer bytes agrees with too many sums by chance. */
const TELLING_MIN = 1;

/**
 * Words for a number of bytes, from the fields of skbs and heads: `the truesize of skb1 less sizeof(struct sk_buff)`.
 * Null when no field has it.
 */
export function amountText(words: Words, bytes: number, skbs: readonly string[]): string | null {
  if (Math.abs(bytes) < TELLING_MIN) return null;
  const found = amounts(words, skbs).find(({ value }) => value === Math.abs(bytes));
  return found === undefined ? null : found.text;
}

function amounts(words: Words, skbs: readonly string[]): Amount[] {
  const { skBuff, sharedInfo } = words.history.sizes;
  const list: Amount[] = [];
  for (const snapshot of [words.was, words.is]) {
    for (const skb of skbs) {
      const facts = snapshot.objects.get(skb);
      if (facts === undefined) continue;
      const name = words.label(skb);
      const data = String(facts.data);
      const number = (field: string): number => Number(facts[field] ?? 0);
      const end = words.number(data, 'end', snapshot);
      const frags = snapshot.frags.get(data) ?? [];
      const head = skBuff + sharedInfo + end;
      list.push(
        ...(words.was.objects.has(skb) ? [{ value: number('truesize'), text: `the truesize of ${name}` }] : []),
        { value: number('truesize') - skBuff, text: `the truesize of ${name} less sizeof(struct sk_buff)` },
        { value: number('truesize') - head, text: `what ${name} was charged beyond its head` },
        { value: head, text: `SKB_TRUESIZE of the head of ${name}` },
        { value: number('data_len'), text: `the data_len of ${name}` },
        { value: number('len'), text: `the len of ${name}` },
        { value: number('len') - number('data_len'), text: `the headlen of ${name}` },
        { value: end, text: `the size of the head of ${name}` },
        { value: end + sharedInfo, text: `the head of ${name} with its skb_shared_info` },
        { value: number('data_offset'), text: `the headroom of ${name}` },
        ...frags.map(({ size }, i) => ({ value: size, text: `the size of frag ${i} of ${name}` })),
        ...frags.map(({ size, page }, i) => ({
          value: words.history.sizes.page - size,
          text: `the bytes of ${page} that frag ${i} of ${name} leaves`,
        })),
      );
    }
  }
  for (const [key, { frame_sz: size }] of words.was.objects)
    if (typeof size === 'number')
      list.push({ value: size + skBuff, text: `the frame_sz of ${words.label(key)} and sizeof(struct sk_buff)` });
  for (const [key, { chunk_size: size }] of words.was.objects)
    if (typeof size === 'number') list.push({ value: size, text: `a chunk of ${words.label(key)}` });
  list.push({ value: words.history.sizes.page, text: 'a whole page' });
  for (const skb of skbs) {
    const grown = sizeOfHead(words, skb, 'is') - sizeOfHead(words, skb, 'was');
    if (grown !== 0)
      list.push({
        value: Math.abs(grown),
        text: `the bytes by which the head of ${words.label(skb)} ${grown > 0 ? 'grew' : 'shrank'}`,
      });
  }
  list.push(
    { value: skBuff, text: 'sizeof(struct sk_buff)' },
    { value: skBuff + sharedInfo, text: 'sizeof(struct sk_buff) and skb_shared_info' },
  );
  return list.filter(({ value }) => value > 0);
}

/** Usable bytes of the head of an skb; 0 where it does not exist. */
export function sizeOfHead(words: Words, skb: string, moment: 'was' | 'is'): number {
  return words.number(String(words.field(skb, 'data', words[moment])), 'end', words[moment]);
}

/** Keys of the skbs that exist before or after the call and that the call changed, made or freed. */
export function changedSkbs(words: Words): string[] {
  const keys = new Set([...words.was.objects.keys(), ...words.is.objects.keys()]);
  return [...keys].filter((key) => key.startsWith('skb#') && isChanged(words, key));
}

export function isChanged({ was, is }: Words, key: string): boolean {
  return JSON.stringify(was.objects.get(key)) !== JSON.stringify(is.objects.get(key));
}
