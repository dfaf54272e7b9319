import type { FieldReader } from './field_reader';

const BUCKETS = 8;
const LIST_MAX = 1024;

/** As observe_napi.ts writes it. */
export function napiFields(reader: FieldReader, id: number): void {
  const owner = `napi handle ${id}`;
  const bitmask = reader.field(owner, 'gro_bitmask');
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if ((bitmask & (1 << bucket)) === 0) continue;
    reader.field(owner, `gro_hash[${bucket}].count`);
    for (let i = 0; reader.field(owner, `gro_hash[${bucket}]`) === 1 && i < LIST_MAX; i++) {
      reader.skb(`${owner} gro_hash[${bucket}] ${i}`);
      reader.field(`${owner} gro_hash[${bucket}] ${i}`, 'count of segments');
    }
  }
  reader.field(owner, 'rx_count');
  for (const name of ['rx_list', 'received'])
    for (let i = 0; reader.field(owner, name) === 1 && i < LIST_MAX; i++) reader.skb(`${owner} ${name} ${i}`);
  if (reader.field(owner, 'skb') === 1) reader.skb(`${owner} skb`);
}
