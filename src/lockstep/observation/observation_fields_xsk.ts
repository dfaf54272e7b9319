import type { FieldReader } from './field_reader';

/** More than a ring or a device can have. */
const LISTED_MAX = 64;

export function readNetdev(reader: FieldReader, id: number): void {
  const owner = `netdev handle ${id}`;
  for (const name of ['needed_headroom', 'needed_tailroom', 'no_linear', 'mode']) reader.field(owner, name);
  const held = reader.field(owner, 'held');
  for (let i = 0; i < held && i < LISTED_MAX * 2; i++) reader.skb(`${owner} held ${i}`);
}

export function readUmem(reader: FieldReader, id: number): void {
  const owner = `umem handle ${id}`;
  if (reader.field(owner, 'completion ring') !== 0) {
    const producer = reader.field(owner, 'producer');
    const consumer = reader.field(owner, 'consumer');
    for (let i = 0; i < producer - consumer && i < LISTED_MAX; i++) {
      reader.field(owner, `completion ${i}`);
      reader.field(owner, `completion ${i} offset`);
    }
  }
  const pages = reader.field(owner, 'pages');
  for (let i = 0; i < pages && i < LISTED_MAX; i++) reader.page(`${owner} page ${i}`);
}

export function readXsk(reader: FieldReader, id: number): void {
  const owner = `xsk handle ${id}`;
  for (const name of ['sk_wmem_alloc', 'producer', 'consumer', 'invalid_descs', 'ring_empty_descs'])
    reader.field(owner, name);
}
