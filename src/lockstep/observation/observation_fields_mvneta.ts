import type { FieldReader } from './field_reader';
import { TX_SKB } from '../../model/structs/mvneta_port';

const PORT = 20;
const FIELDS = [
  ...['running', 'prog', 'mtu', 'occupied', 'non_occupied', 'refill_num'],
  ...['rx_packets', 'rx_bytes', 'tx_packets', 'tx_bytes', 'xdp_redirect', 'xdp_pass', 'xdp_drop', 'xdp_xmit'],
  ...['xdp_xmit_err', 'xdp_tx', 'xdp_tx_err', 'skb_alloc_error', 'refill_error', 'rx_dropped', 'tx_dropped'],
];
/** Garbage ends a list. */
const LIST_MAX = 1024;

export const MVNETA_FIELDS: Record<number, (reader: FieldReader, id: number) => void> = {
  [PORT](reader, id) {
    const owner = `port handle ${id}`;
    for (const name of FIELDS) reader.field(owner, name);
    const descs = reader.field(owner, 'rx descriptors');
    for (let i = 0; i < descs && i < LIST_MAX; i++) {
      if (reader.peek() === 0) reader.field(`${owner} rx ${i}`, 'buffer');
      else reader.page(`${owner} rx ${i}`);
    }
    const bufs = reader.field(owner, 'tx descriptors');
    for (let i = 0; i < bufs && i < LIST_MAX; i++) readTx(reader, `${owner} tx ${i}`);
    const delivered = reader.field(owner, 'delivered');
    for (let i = 0; i < delivered && i < LIST_MAX; i++) reader.skb(`${owner} delivered ${i}`);
  },
};

function readTx(reader: FieldReader, owner: string): void {
  const type = reader.field(owner, 'type');
  reader.field(owner, 'size');
  if (reader.field(owner, 'holds') === 0) return;
  if (type === TX_SKB) reader.skb(owner);
  else reader.page(owner);
}
