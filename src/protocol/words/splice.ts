import { PAGE, row, SKB, times, word, words } from './grammar';

export const PIPE_ROW = row('PIPE', ['readers', 'buffers', 'payload hash']);
export const PIPE_BUFFER_ROW = row('PIPE_BUFFER', ['offset', 'len']);
export const MM_ROW = row('MM', [
  ...(['pages', 'queue', 'consumed', 'inq', 'sk_rmem_alloc', 'length', 'recv_skip_hint', 'copybuf_len'] as const),
  'copied hash',
]);

export const SPLICE_WORDS = {
  pipe: [words(PIPE_ROW), times('buffers', 'buffer', PAGE, words(PIPE_BUFFER_ROW))],
  mm: [words(MM_ROW), times('pages', 'page', PAGE), times('queue', 'queue', SKB)],
  file: [word('pages'), times('pages', 'page', PAGE)],
};
