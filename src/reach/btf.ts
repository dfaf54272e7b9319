import { textAt } from './kernel_image';

/** The kinds of BTF's types that are read here; the others are only stepped over (Documentation/bpf/btf.rst). */
enum Kind {
  Pointer = 2,
  Struct = 4,
  Union = 5,
  Typedef = 8,
  Volatile = 9,
  Const = 10,
  Restrict = 11,
  Function = 12,
  Prototype = 13,
  TypeTag = 18,
}

/** Bytes behind the 12 of a type, by kind: for the whole, and for each of its entries. */
const EXTRA_BYTES: Readonly<Record<number, number>> = { 1: 4, 3: 12, 14: 4, 17: 4 };
const ENTRY_BYTES: Readonly<Record<number, number>> = { 4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12 };
const MAGIC = 0xeb9f;
/** Longest chain of typedefs and qualifiers. */
const CHAIN_MAX = 16;

interface Type {
  readonly kind: number;
  readonly name: number;
  /** Of a structure: its members have bit offsets with sizes of bit fields. */
  readonly flag: boolean;
  /** A size, or another type. */
  readonly type: number;
  readonly entries: number;
  /** Of its entries. */
  readonly at: number;
}

/** The place of a member, in bits from the start of its structure. */
export interface Member {
  readonly bit: number;
  /** Of a bit field, else 0. */
  readonly width_bits: number;
}

/** A parameter: the structure that it points to, or '' for a pointer to something else. */
export type Parameter =
  { readonly name: string; readonly pointsTo: string } | { readonly name: string; readonly pointsTo?: undefined };

/** The types of a kernel, as its section .BTF says. */
export class Btf {
  private readonly types: Type[] = [{ kind: 0, name: 0, flag: false, type: 0, entries: 0, at: 0 }];
  private readonly strings: Buffer;
  private readonly body: Buffer;
  private readonly structs = new Map<string, number>();
  private readonly functions = new Map<string, number>();

  /** @throws Error when the bytes are no BTF */
  constructor(section: Buffer) {
    if (section.length < 24 || section.readUInt16LE(0) !== MAGIC) throw new Error('the kernel has no BTF');
    const header = section.readUInt32LE(4);
    const types = header + section.readUInt32LE(8);
    const strings = header + section.readUInt32LE(16);
    this.body = section.subarray(types, types + section.readUInt32LE(12));
    this.strings = section.subarray(strings, strings + section.readUInt32LE(20));
    this.index();
  }

  /** The place of a member, anonymous structures and unions included; undefined: there is none. */
  member(struct: string, name: string): Member | undefined {
    const id = this.structs.get(struct);
    return id === undefined ? undefined : this.find(this.types[id], name, 0);
  }

  /** The parameters of a function; undefined: BTF does not know it. */
  parameters(name: string): readonly Parameter[] | undefined {
    const id = this.functions.get(name);
    if (id === undefined) return undefined;
    const prototype = this.types[this.types[id].type];
    return Array.from({ length: prototype.entries }, (_, i) => {
      const at = prototype.at + i * 8;
      return this.parameter(textAt(this.strings, this.body.readUInt32LE(at)), this.body.readUInt32LE(at + 4));
    });
  }

  private parameter(name: string, id: number): Parameter {
    const type = this.plain(id);
    if (type.kind !== Kind.Pointer) return { name };
    const target = this.plain(type.type);
    return { name, pointsTo: target.kind === Kind.Struct ? textAt(this.strings, target.name) : '' };
  }

  /** A type without typedefs and qualifiers. */
  private plain(id: number): Type {
    let type = this.types[id];
    const isWrapped = (kind: number): boolean =>
      [Kind.Typedef, Kind.Volatile, Kind.Const, Kind.Restrict, Kind.TypeTag].includes(kind);
    for (let left = CHAIN_MAX; left > 0 && isWrapped(type.kind); left--) type = this.types[type.type];
    return type;
  }

  private find(struct: Type, name: string, base: number): Member | undefined {
    for (let i = 0; i < struct.entries; i++) {
      const at = struct.at + i * 12;
      const own = textAt(this.strings, this.body.readUInt32LE(at));
      const offset = this.body.readUInt32LE(at + 8);
      const bit = base + (struct.flag ? offset & 0xffffff : offset);
      if (own === name) return { bit, width_bits: struct.flag ? offset >>> 24 : 0 };
      if (own !== '') continue;
      const inner = this.plain(this.body.readUInt32LE(at + 4));
      const found = inner.kind === Kind.Struct || inner.kind === Kind.Union ? this.find(inner, name, bit) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private index(): void {
    for (let at = 0; at + 12 <= this.body.length;) {
      const info = this.body.readUInt32LE(at + 4);
      const kind = (info >>> 24) & 31;
      const entries = info & 0xffff;
      const name = this.body.readUInt32LE(at);
      const id = this.types.length;
      this.types.push({
        kind,
        name,
        flag: info >>> 31 === 1,
        type: this.body.readUInt32LE(at + 8),
        entries,
        at: at + 12,
      });
      if (kind === Kind.Struct) this.structs.set(textAt(this.strings, name), id);
      if (kind === Kind.Function) this.functions.set(textAt(this.strings, name), id);
      at += 12 + (EXTRA_BYTES[kind] ?? 0) + entries * (ENTRY_BYTES[kind] ?? 0);
    }
  }
}
