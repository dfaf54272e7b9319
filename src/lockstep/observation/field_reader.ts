import { SYSTEM_FIELDS } from './observation_fields_systems';

/** One named value of an observation. */
export interface Field {
  /** Whose, by handle number or by number within the observation: `skb 3`, `page#2`. */
  readonly owner: string;
  /** The kernel's name of the value. */
  readonly name: string;
  readonly value: number;
}

const SKB_FIELDS = [
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
];
const DATA_FIELDS = ['dataref', 'shinfo flags', 'nr_frags', 'gso_size', 'gso_type', 'uarg'];
const PAGE_FIELDS = ['refcount', 'order', 'pfmemalloc|signature', 'pool', 'pool references'];
const KIND_FIELDS: Record<number, { kind: string; fields: readonly string[] }> = {
  3: {
    kind: 'pool',
    fields: ['hold_cnt', 'release_cnt', 'cache count', 'ring count', 'frag_offset', 'frag_users', 'release pending'],
  },
  4: { kind: 'device', fields: ['live mappings', 'maps', 'unmaps', 'syncs for device', 'syncs for cpu'] },
  5: { kind: 'sock', fields: ['sk_wmem_alloc', 'sk_rmem_alloc'] },
  6: { kind: 'uarg', fields: ['refcnt', 'completions', 'successes'] },
};

/** Names every word of a canonical observation, so that two of them can be compared by field. Tolerates garbage: stops where the grammar ends. */
export function observationFields(words: Uint32Array): Field[] {
  return new FieldReader(words).read();
}

export class FieldReader {
  private readonly fields: Field[] = [];
  private at = 0;
  private skbs = 0;
  private datas = 0;
  private pages = 0;

  constructor(private readonly words: Uint32Array) {}

  read(): Field[] {
    while (this.at < this.words.length) this.handle(this.next());
    return this.fields;
  }

  private next(): number {
    return this.at < this.words.length ? this.words[this.at++] : 0;
  }

  /** The word that the next field will have. */
  peek(): number {
    return this.at < this.words.length ? this.words[this.at] : 0;
  }

  field(owner: string, name: string): number {
    const value = this.next();
    this.fields.push({ owner, name, value });
    return value;
  }

  private handle(tag: number): void {
    const kind = tag >>> 16;
    const id = tag & 0xffff;
    if (kind === 1 && id === 0xffff) this.skb('next segment');
    else if (kind === 1) this.skb(`skb handle ${id}`);
    else if (kind === 2) {
      this.page(`page handle ${id}`);
      this.field(`page handle ${id}`, 'offset');
      this.field(`page handle ${id}`, 'size');
    } else if (kind === 7) this.fragCache(`frag_cache handle ${id}`);
    else if (kind === 8) this.page(`mapping handle ${id}`);
    else if (KIND_FIELDS[kind] !== undefined) {
      const { kind: name, fields } = KIND_FIELDS[kind];
      for (const field of fields) this.field(`${name} handle ${id}`, field);
    } else if (SYSTEM_FIELDS[kind] !== undefined) SYSTEM_FIELDS[kind](this, id);
    else this.fields.push({ owner: 'observation', name: 'handle', value: tag });
  }

  private fragCache(owner: string): void {
    const hasPage = this.field(owner, 'page');
    for (const name of ['offset', 'size', 'pagecnt_bias', 'pfmemalloc']) this.field(owner, name);
    if (hasPage !== 0) this.page(owner);
  }

  skb(owner: string): void {
    const index = this.field(owner, 'sk_buff');
    if (index !== this.skbs + 1) return;
    this.skbs++;
    for (const name of SKB_FIELDS) this.field(owner, name);
    this.data(owner);
  }

  private data(owner: string): void {
    const index = this.field(owner, 'skb_shared_info');
    if (index !== this.datas + 1) return;
    this.datas++;
    let frags = 0;
    for (const name of DATA_FIELDS) {
      const value = this.field(owner, name);
      if (name === 'nr_frags') frags = value;
    }
    if (this.words[this.at] === 0) this.field(owner, 'head');
    else this.page(`${owner} head`);
    for (let i = 0; i < frags && i < 64; i++) {
      this.page(`${owner} frag ${i}`);
      this.field(`${owner} frag ${i}`, 'offset');
      this.field(`${owner} frag ${i}`, 'size');
    }
    for (let member = 0; this.field(owner, 'frag_list') === 1 && member < 1024; member++)
      this.skb(`${owner} member ${member}`);
  }

  page(owner: string): void {
    const index = this.field(owner, 'page');
    if (index !== this.pages + 1) return;
    this.pages++;
    for (const name of PAGE_FIELDS) this.field(`${owner} page#${index}`, name);
  }
}

/** Where two observations first differ, and what each says. */
export interface FieldDifference {
  readonly owner: string;
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

/** The first field that differs, or null where the fields agree. */
export function firstDifference(expected: Uint32Array, found: Uint32Array): FieldDifference | null {
  const a = observationFields(expected);
  const b = observationFields(found);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i];
    const y = b[i];
    if (x !== undefined && y !== undefined && x.owner === y.owner && x.name === y.name && x.value === y.value) continue;
    const named = x ?? y;
    return {
      owner: named.owner,
      name: named.name,
      expected: valueText(x),
      found: sameField(x, y) ? valueText(y) : otherText(y),
    };
  }
  return null;
}

function sameField(x: Field | undefined, y: Field | undefined): boolean {
  return x !== undefined && y !== undefined && x.owner === y.owner && x.name === y.name;
}

function valueText(field: Field | undefined): string {
  if (field === undefined) return 'nothing';
  return field.value > 0xfffff ? `0x${field.value.toString(16)}` : String(field.value);
}

function otherText(field: Field | undefined): string {
  return field === undefined ? 'nothing' : `${field.owner}: ${field.name} ${valueText(field)}`;
}
