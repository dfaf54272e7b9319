import { at, chain, numbered, orNone, PAGE, row, SKB, times, words, type Numbered, type Part } from './grammar';

export const PAGE_ROW = row('PAGE', ['refcount', 'order', 'pfmemalloc|signature', 'pool', 'pool references']);
export const SKB_ROW = row('SKB', [
  'len',
  'data_len',
  'truesize',
  'headroom',
  'tail',
  'end',
  'flags',
  'users',
  'hdr_len',
  'sk',
  'destructor',
  'payload hash',
]);
export const DATA_ROW = row('DATA', ['dataref', 'shinfo flags', 'nr_frags', 'gso_size', 'gso_type', 'uarg']);
/** A frag, or the region of a page that a name holds: bytes from the start of the (compound) page, bytes. */
export const FRAG_ROW = row('FRAG', ['offset', 'size']);

/** The observation of a struct that gets a number where it is first met. */
export interface Struct {
  /** Name of the word with its number. */
  readonly number: string;
  /** Its words belong to `label`, with the number behind it; absent: to the object that leads to it. */
  readonly label?: string;
  /** Behind the number, where the struct is met for the first time. */
  readonly parts: readonly Part[];
}

export const STRUCTS: Readonly<Record<Numbered, Struct>> = {
  page: { number: 'page', label: 'page#', parts: [words(PAGE_ROW)] },
  skb: { number: 'sk_buff', parts: [words(SKB_ROW), numbered('data')] },
  data: {
    number: 'skb_shared_info',
    parts: [
      words(DATA_ROW),
      orNone('head', at('head', PAGE)),
      times('nr_frags', 'frag', PAGE, words(FRAG_ROW)),
      chain('frag_list', 'member', SKB),
    ],
  },
};
