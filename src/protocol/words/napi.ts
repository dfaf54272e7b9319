import { at, chain, SKB, when, whenSet, word, type Part } from './grammar';

const BUCKETS = [0, 1, 2, 3, 4, 5, 6, 7];

/** The packets of a bucket of gro_hash, the youngest first, where its bit of gro_bitmask is set. */
function bucket(index: number): Part {
  const name = `gro_hash[${index}]`;
  const held = chain(name, name, SKB, word('count of segments'));
  return when((values) => ((values.get('gro_bitmask') ?? 0) & (1 << index) ? [word(`${name}.count`), held] : []));
}

export const NAPI_WORDS = {
  napi: [
    word('gro_bitmask'),
    ...BUCKETS.map(bucket),
    word('rx_count'),
    chain('rx_list', 'rx_list', SKB),
    chain('received', 'received', SKB),
    word('skb'),
    whenSet('skb', at('skb', SKB)),
  ],
};
