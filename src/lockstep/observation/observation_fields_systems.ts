import { napiFields } from './observation_fields_napi';
import { readNetdev, readUmem, readXsk } from './observation_fields_xsk';
import type { FieldReader } from './field_reader';
import { MVNETA_FIELDS } from './observation_fields_mvneta';
import { XDP_FIELDS } from './observation_fields_xdp';

const BUFFERS_MAX = 64;

/** By the digit of a kind: names the words of an object of one of the systems around the core, as observe_systems.ts writes them. */
export const SYSTEM_FIELDS: Record<number, (reader: FieldReader, id: number) => void> = {
  // By system.
  ...XDP_FIELDS,
  ...MVNETA_FIELDS,
  9: napiFields,
  14: readNetdev,
  15: readUmem,
  16: readXsk,
  17: pipeFields,
  18: mappingFields,
  19: fileFields,
};

function pipeFields(reader: FieldReader, id: number): void {
  const owner = `pipe handle ${id}`;
  reader.field(owner, 'readers');
  const buffers = reader.field(owner, 'buffers');
  reader.field(owner, 'payload hash');
  for (let i = 0; i < buffers && i < BUFFERS_MAX; i++) {
    reader.page(`${owner} buffer ${i}`);
    reader.field(`${owner} buffer ${i}`, 'offset');
    reader.field(`${owner} buffer ${i}`, 'len');
  }
}

function fileFields(reader: FieldReader, id: number): void {
  const pages = reader.field(`file handle ${id}`, 'pages');
  for (let i = 0; i < pages && i < BUFFERS_MAX; i++) reader.page(`file handle ${id} page ${i}`);
}

function mappingFields(reader: FieldReader, id: number): void {
  const owner = `mm handle ${id}`;
  const pages = reader.field(owner, 'pages');
  const queue = reader.field(owner, 'queue');
  for (const name of ['consumed', 'inq', 'sk_rmem_alloc', 'length', 'recv_skip_hint', 'copybuf_len', 'copied hash'])
    reader.field(owner, name);
  for (let i = 0; i < pages && i < BUFFERS_MAX; i++) reader.page(`${owner} page ${i}`);
  for (let i = 0; i < queue && i < BUFFERS_MAX; i++) reader.skb(`${owner} queue ${i}`);
}
