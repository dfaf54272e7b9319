import { KERNEL_KINDS } from '../../model/world/kinds';
import { SEGMENT } from '../../protocol/values';
import type { Numbered, Part } from '../../protocol/words/grammar';
import { OBSERVED } from '../../protocol/words/observation';
import { STRUCTS } from '../../protocol/words/structs';

/** Limit of a list's length. No observation has a longer list, so the words of a longer one are garbage. */
const LIST_MAX = 1024;

/** One named value of an observation. */
export interface Field {
  /** Its owner, by handle number or by number within the observation: `skb 3`, `page#2`. */
  readonly owner: string;
  /** The kernel's name of the value. */
  readonly name: string;
  readonly value: number;
  /** Position of its word. */
  readonly at: number;
}

/**
 * Names every word of a canonical observation, so that two of them can be compared by field.
 * Tolerates garbage: stops where the grammar ends.
 */
export function observationFields(words: Uint32Array): Field[] {
  return new FieldReader(words).read();
}

class FieldReader {
  private readonly fields: Field[] = [];
  private at = 0;
  private readonly met: Record<Numbered, number> = { page: 0, skb: 0, data: 0 };

  constructor(private readonly words: Uint32Array) {}

  read(): Field[] {
    while (this.at < this.words.length) this.object(this.next());
    return this.fields;
  }

  private next(): number {
    return this.at < this.words.length ? this.words[this.at++] : 0;
  }

  private object(tag: number): void {
    const digit = tag >>> 16;
    const id = tag & 0xffff;
    const kind = digit > 0 ? KERNEL_KINDS.at(digit - 1) : undefined;
    if (kind === undefined) this.fields.push({ owner: 'observation', name: 'handle', value: tag, at: this.at - 1 });
    else if (kind === 'skb' && id === SEGMENT) this.parts('next segment', OBSERVED.skb, new Map());
    else this.parts(`${kind} handle ${id}`, OBSERVED[kind], new Map());
  }

  private parts(owner: string, parts: readonly Part[], values: Map<string, number>): void {
    for (const part of parts) this.part(owner, part, values);
  }

  private part(owner: string, part: Part, values: Map<string, number>): void {
    switch (part.type) {
      case 'row':
        for (const name of part.row.words) this.field(owner, name, values);
        break;
      case 'word':
        this.field(owner, part.name, values);
        break;
      case 'numbered':
        this.numbered(owner, part.struct);
        break;
      case 'at':
        this.parts(`${owner} ${part.label}`, part.parts, new Map());
        break;
      case 'or_none':
        if (this.words[this.at] === 0) this.field(owner, part.name, values);
        else this.parts(owner, part.parts, values);
        break;
      case 'when':
        this.parts(owner, part.parts(values), values);
        break;
      case 'repeat': {
        const count = Math.min(part.count(values), LIST_MAX);
        for (let i = 0; i < count; i++) this.parts(owner, part.parts(i), values);
        break;
      }
      case 'chain':
        for (let i = 0; this.field(owner, part.name, values) === 1 && i < LIST_MAX; i++)
          this.parts(`${owner} ${part.label} ${i}`, part.parts, new Map());
        break;
    }
  }

  private field(owner: string, name: string, values: Map<string, number>): number {
    const at = this.at;
    const value = this.next();
    this.fields.push({ owner, name, value, at });
    values.set(name, value);
    return value;
  }

  private numbered(owner: string, struct: Numbered): void {
    const { number, label, parts } = STRUCTS[struct];
    const values = new Map<string, number>();
    const met = this.field(owner, number, values);
    if (met !== this.met[struct] + 1) return;
    this.met[struct] = met;
    this.parts(label === undefined ? owner : `${owner} ${label}${met}`, parts, values);
  }
}

/** The first field in which two observations differ, with both values. */
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
