import type { FieldReader } from './field_reader';

const FRAGS_MAX = 64;
const RECEIVED_MAX = 1024;

/** Names the words of src/lockstep/observation/observe_xdp.ts. */
export const XDP_FIELDS: Record<number, (reader: FieldReader, id: number) => void> = {
  10(reader, id) {
    for (const name of ['reg_state', 'mem type', 'has mem id', 'frag_size', 'xsk free buffers'])
      reader.field(`rxq handle ${id}`, name);
  },
  11(reader, id) {
    const owner = `xdp handle ${id}`;
    reader.page(owner);
    for (const name of ['data_hard_start', 'headroom', 'len', 'metalen', 'frame_sz', 'flags'])
      reader.field(owner, name);
    readFrags(reader, owner);
    reader.field(owner, 'payload hash');
  },
  12(reader, id) {
    const owner = `frame handle ${id}`;
    reader.page(owner);
    for (const name of ['at', 'headroom', 'len', 'metasize', 'frame_sz', 'flags', 'mem type', 'has mem id'])
      reader.field(owner, name);
    readFrags(reader, owner);
    reader.field(owner, 'payload hash');
  },
  13(reader, id) {
    const owner = `cpumap handle ${id}`;
    reader.field(owner, 'bulk count');
    reader.field(owner, 'ring count');
    const received = reader.field(owner, 'received');
    for (let i = 0; i < received && i < RECEIVED_MAX; i++) reader.skb(`${owner} received ${i}`);
  },
};

function readFrags(reader: FieldReader, owner: string): void {
  const frags = reader.field(owner, 'nr_frags');
  if (frags === 0) return;
  reader.field(owner, 'xdp_frags_size');
  for (let i = 0; i < frags && i < FRAGS_MAX; i++) {
    reader.page(`${owner} frag ${i}`);
    reader.field(`${owner} frag ${i}`, 'offset');
    reader.field(`${owner} frag ${i}`, 'size');
  }
}
