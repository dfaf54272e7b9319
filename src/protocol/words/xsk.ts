import { PAGE, row, SKB, times, whenSet, word, words, type Part, type Values } from './grammar';

export const NETDEV_ROW = row('NETDEV', ['needed_headroom', 'needed_tailroom', 'no_linear', 'mode', 'held']);
export const UMEM_RING_ROW = row('UMEM_RING', ['producer', 'consumer']);
export const XSK_ROW = row('XSK', [
  ...(['sk_wmem_alloc', 'producer', 'consumer', 'invalid_descs', 'ring_empty_descs'] as const),
]);

const COMPLETIONS: Part = {
  type: 'repeat',
  count: (values: Values) => (values.get('producer') ?? 0) - (values.get('consumer') ?? 0),
  parts: (index) => [word(`completion ${index}`), word(`completion ${index} offset`)],
};

export const XSK_WORDS = {
  netdev: [words(NETDEV_ROW), times('held', 'held', SKB)],
  umem: [
    word('completion ring'),
    whenSet('completion ring', words(UMEM_RING_ROW), COMPLETIONS),
    word('pages'),
    times('pages', 'page', PAGE),
  ],
  xsk: [words(XSK_ROW)],
};
