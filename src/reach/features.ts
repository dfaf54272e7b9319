import type { Btf } from './btf';

/** Classes of a number: what a condition tells apart. */
export enum Class {
  Zero,
  One,
  More,
  Negative,
  /** The memory could not be read, as behind a null pointer. */
  Unknown,
}

/**
 * Members of struct sk_buff whose class belongs to the condition: those of its memory. Others, such as ip_summed, are
 * alike in reduced programs by accident, and always different over lo.
 */
const SKB_MEMBERS = [
  ...['len', 'data_len', 'users', 'cloned', 'nohdr', 'fclone', 'head_frag', 'pp_recycle', 'pfmemalloc'],
  ...['unreadable', 'sk', 'destructor', '_skb_refdst', 'active_extensions'],
] as const;
/** Members that are classed together with others. */
const SKB_PLACES = ['head', 'data', 'tail', 'end'] as const;

/** The first eight bytes of struct skb_shared_info, and two members behind them. */
const SHARED_INFO = ['flags', 'nr_frags', 'tx_flags', 'gso_size', 'gso_type'] as const;
/** Bits of skb_shared_info.flags, from include/linux/skbuff.h (6.1 to 7.3). */
const SHARED_INFO_FLAGS = ['zerocopy', 'shared_frag', 'pure_zerocopy', 'dont_orphan', 'managed'] as const;

/** Marks that say who owns the memory of a packet: a pool, a device, user space, the page cache. */
const OWNERS: readonly string[] = ['pp_recycle', 'unreadable', 'zerocopy', 'shared_frag', 'managed'];
const ownerOf = (mark: string, value: Class): { owner?: Class } => (OWNERS.includes(mark) ? { owner: value } : {});

/** Where an argument of a function is when it is entered: registers, and their places in struct pt_regs (x86-64). */
export const REGISTERS = ['di', 'si', 'dx', 'cx', 'r8', 'r9'] as const;
export const REGISTER_OFFSETS = [112, 104, 96, 88, 72, 64] as const;

/** An argument of a function. */
export interface Argument {
  readonly name: string;
  readonly register: number;
  /** skb: a packet, whose members are read. */
  readonly kind: 'skb' | 'pointer' | 'number';
}

/** Offsets of the kernel's structures, in bytes. */
export interface Layout {
  readonly skb: ReadonlyMap<string, { readonly offset: number; readonly fetch: string }>;
  readonly shared: ReadonlyMap<string, number>;
}

/** The first packets of a function; each takes one program of BPF some hundred steps. */
export const PACKETS_MAX = 2;

export function argumentsOf(btf: Btf, name: string): Argument[] {
  return (btf.parameters(name) ?? []).slice(0, REGISTERS.length).map(({ name: own, pointsTo }, register) => ({
    name: own === '' ? `arg${register + 1}` : own,
    register,
    kind: pointsTo === 'sk_buff' ? 'skb' : pointsTo === undefined ? 'number' : 'pointer',
  }));
}

/** Reads the layout of packets. A member that a kernel lacks is left out. */
export function layoutOf(btf: Btf): Layout {
  const skb = new Map<string, { offset: number; fetch: string }>();
  for (const name of [...SKB_MEMBERS, ...SKB_PLACES]) {
    const member = btf.member('sk_buff', name === 'users' ? 'users' : name);
    if (member === undefined) continue;
    skb.set(name, { offset: member.bit >> 3, fetch: typeOf(name, member.bit, member.width_bits) });
  }
  const shared = new Map<string, number>();
  for (const name of [...SHARED_INFO, 'frag_list', 'dataref'] as const) {
    const member = btf.member('skb_shared_info', name);
    if (member !== undefined) shared.set(name, member.bit >> 3);
  }
  return { skb, shared };
}

const POINTERS: readonly string[] = ['sk', 'destructor', '_skb_refdst', 'head', 'data'];
const BYTES: readonly string[] = ['active_extensions'];

/** The type of a fetch argument of a kprobe (Documentation/trace/kprobetrace.rst). */
function typeOf(name: string, bit: number, width_bits: number): string {
  if (width_bits > 0) return `b${width_bits}@${bit & 7}/${(bit & 7) + width_bits > 8 ? 16 : 8}`;
  return POINTERS.includes(name) ? 'x64' : BYTES.includes(name) ? 'x8' : 'x32';
}

/** The values of one invocation, by name; absent: they could not be read. */
export type Values = ReadonlyMap<string, bigint>;

/** A feature of an invocation's arguments. */
export interface ArgumentFeature {
  readonly text: string;
  /** The class that says who owns the memory: where all guilty calls have it, the finding is about such memory. */
  readonly owner?: Class;
  of(values: Values): Class;
}

export function classOf(value: bigint | undefined): Class {
  if (value === undefined) return Class.Unknown;
  if (value < 0n) return Class.Negative;
  return value === 0n ? Class.Zero : value === 1n ? Class.One : Class.More;
}

const truth = (is: boolean | undefined): Class => (is === undefined ? Class.Unknown : is ? Class.One : Class.Zero);
const isSet = (value: bigint | undefined): Class => truth(value === undefined ? undefined : value !== 0n);

/** The features of a function's arguments. */
export function featuresOf(args: readonly Argument[], layout: Layout): ArgumentFeature[] {
  const packets = packetsOf(args);
  const features: ArgumentFeature[] = [];
  for (const arg of args) {
    if (arg.kind === 'number') features.push({ text: arg.name, of: (values) => classOf(int(values.get(arg.name))) });
    else features.push({ text: `${arg.name} != NULL`, of: (values) => isSet(values.get(arg.name)) });
  }
  for (const { name } of packets) features.push(...packetFeatures(name, layout));
  if (packets.length === 2) features.push(...pairFeatures(packets[0].name, packets[1].name, layout));
  return features;
}

export const packetsOf = (args: readonly Argument[]): readonly Argument[] =>
  args.filter(({ kind }) => kind === 'skb').slice(0, PACKETS_MAX);

/** An argument that is an int, as most numbers are: the upper half of its register means nothing. */
const int = (value: bigint | undefined): bigint | undefined =>
  value === undefined ? undefined : BigInt.asIntN(32, value);

function packetFeatures(name: string, layout: Layout): ArgumentFeature[] {
  const of = (values: Values, member: string): bigint | undefined => values.get(`${name}_${member}`);
  const features: ArgumentFeature[] = SKB_MEMBERS.filter((member) => layout.skb.has(member)).map((member) => ({
    text: `${name}->${member}`,
    ...ownerOf(member, Class.One),
    of: (values) =>
      POINTERS.includes(member) || BYTES.includes(member) ? isSet(of(values, member)) : classOf(of(values, member)),
  }));
  features.push(
    { text: `headlen(${name})`, of: (values) => classOf(minus(of(values, 'len'), of(values, 'data_len'))) },
    { text: `headroom(${name})`, of: (values) => isSet(minus(of(values, 'data'), of(values, 'head'))) },
    { text: `tailroom(${name})`, of: (values) => isSet(minus(of(values, 'end'), of(values, 'tail'))) },
  );
  const shared = `shinfo(${name})->`;
  for (const [bit, flag] of SHARED_INFO_FLAGS.entries())
    features.push({
      text: `${shared}flags ${flag}`,
      ...ownerOf(flag, Class.One),
      of: (values) => bitOf(of(values, 'flags'), bit),
    });
  for (const member of ['nr_frags', 'tx_flags', 'gso_size'] as const)
    features.push({ text: `${shared}${member}`, of: (values) => classOf(of(values, member)) });
  features.push(
    { text: `${shared}frag_list`, of: (values) => isSet(of(values, 'frag_list')) },
    { text: `${shared}dataref`, of: (values) => classOf(low(of(values, 'dataref'))) },
  );
  return features;
}

/** dataref counts payload references in its upper half (SKB_DATAREF_SHIFT). */
const low = (value: bigint | undefined): bigint | undefined => (value === undefined ? undefined : value & 0xffffn);

const bitOf = (value: bigint | undefined, bit: number): Class =>
  truth(value === undefined ? undefined : ((value >> BigInt(bit)) & 1n) === 1n);

const minus = (one: bigint | undefined, other: bigint | undefined): bigint | undefined =>
  one === undefined || other === undefined ? undefined : one - other;

/** Two packets of one call: the kernel compares some of their marks. */
function pairFeatures(one: string, other: string, layout: Layout): ArgumentFeature[] {
  const same = (member: string): ArgumentFeature => ({
    text: `${one}->${member} == ${other}->${member}`,
    ...ownerOf(member, Class.Zero),
    of: (values) => {
      const [left, right] = [values.get(`${one}_${member}`), values.get(`${other}_${member}`)];
      return truth(left === undefined || right === undefined ? undefined : left === right);
    },
  });
  return [
    { text: `${one} == ${other}`, of: (values) => truth(values.get(one) === values.get(other)) },
    ...['pp_recycle', 'unreadable', 'sk'].filter((member) => layout.skb.has(member)).map(same),
  ];
}
