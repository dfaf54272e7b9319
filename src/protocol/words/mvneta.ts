import { TX_TYPES } from '../values';
import { at, orNone, PAGE, row, SKB, times, when, word, words, type Part } from './grammar';

export const PORT_ROW = row('PORT', ['running', 'prog', 'mtu', 'occupied', 'non_occupied', 'refill_num']);
export const PORT_STATS_ROW = row('PORT_STATS', [
  ...(['rx_packets', 'rx_bytes', 'tx_packets', 'tx_bytes', 'xdp_redirect', 'xdp_pass', 'xdp_drop'] as const),
  ...(['xdp_xmit', 'xdp_xmit_err', 'xdp_tx', 'xdp_tx_err', 'skb_alloc_error', 'refill_error'] as const),
  ...(['rx_dropped', 'tx_dropped'] as const),
]);
export const PORT_TX_ROW = row('PORT_TX', ['type', 'size', 'holds']);

/** A transmit descriptor leads to its skb or to the page of its frame, where it holds one. */
const HELD: Part = when((values) => {
  if (values.get('holds') === 0) return [];
  return values.get('type') === TX_TYPES.SKB ? [SKB] : [PAGE];
});

const RX: Part = {
  type: 'repeat',
  count: (values) => values.get('rx descriptors') ?? 0,
  parts: (index) => [at(`rx ${index}`, orNone('buffer', PAGE))],
};

export const MVNETA_WORDS = {
  port: [
    words(PORT_ROW),
    words(PORT_STATS_ROW),
    word('rx descriptors'),
    RX,
    word('tx descriptors'),
    times('tx descriptors', 'tx', words(PORT_TX_ROW), HELD),
    word('delivered'),
    times('delivered', 'delivered', SKB),
  ],
};
