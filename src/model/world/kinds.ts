import type { CpuMapEntry } from '../structs/cpu_map_entry';
import type { Device } from '../structs/device';
import type { MvnetaPort } from '../structs/mvneta_port';
import type { Napi } from '../structs/napi';
import type { OutsideFd, OutsideLink } from '../structs/outside';
import type { NetDev } from '../structs/netdev';
import type { DmaMapping, PageRef } from '../structs/page';
import type { PageFragCache } from '../structs/page_frag_cache';
import type { PagePool } from '../structs/page_pool';
import type { Pipe } from '../structs/pipe';
import type { SkBuff } from '../structs/sk_buff';
import type { Sock } from '../structs/sock';
import type { TmpFile } from '../structs/tmp_file';
import type { Uarg } from '../structs/uarg';
import type { Umem } from '../structs/umem';
import type { UserMapping } from '../structs/user_mapping';
import type { XdpBuff } from '../structs/xdp_buff';
import type { XdpFrame } from '../structs/xdp_frame';
import type { XdpRxqInfo } from '../structs/xdp_rxq_info';
import type { XdpSock } from '../structs/xdp_sock';

/** By kind: the object of the core that a name of a program holds. */
interface CoreObjects {
  skb: SkBuff;
  page: PageRef;
  pool: PagePool;
  device: Device;
  sock: Sock;
  uarg: Uarg;
  frag_cache: PageFragCache;
  mapping: DmaMapping;
}

/** The same for the systems around the core: everything else that can hold a page or an skb. */
interface SystemObjects {
  napi: Napi;
  rxq: XdpRxqInfo;
  xdp: XdpBuff;
  frame: XdpFrame;
  cpumap: CpuMapEntry;
  netdev: NetDev;
  umem: Umem;
  xsk: XdpSock;
  pipe: Pipe;
  mm: UserMapping;
  file: TmpFile;
  port: MvnetaPort;
}

/** The same for user space: the model knows no more of these than a program of the outside does. */
interface OutsideObjects {
  fd: OutsideFd;
  link: OutsideLink;
}

export type CoreKind = keyof CoreObjects;
export type SystemKind = keyof SystemObjects;
/** The kinds of the kernel's own objects: the module has them. */
export type KernelKind = CoreKind | SystemKind;
export type OutsideKind = keyof OutsideObjects;
export type Kind = KernelKind | OutsideKind;
export type ObjectOf = CoreObjects & SystemObjects & OutsideObjects;
export type HandleObject = ObjectOf[Kind];
export type SystemObject = SystemObjects[SystemKind];

/** Refuses a list that lacks a member of the union, or names one twice in place of another. */
function all<Union>() {
  return <const List extends readonly Union[]>(
    list: List & ([Union] extends [List[number]] ? unknown : { missing: Exclude<Union, List[number]> }),
  ): readonly Union[] => list;
}

export const CORE_KINDS = all<CoreKind>()(['skb', 'page', 'pool', 'device', 'sock', 'uarg', 'frag_cache', 'mapping']);
export const SYSTEM_KINDS = all<SystemKind>()([
  'napi',
  'rxq',
  'xdp',
  'frame',
  'cpumap',
  'netdev',
  'umem',
  'xsk',
  'pipe',
  'mm',
  'file',
  'port',
]);
/** The order is part of the protocol with targets: see src/protocol. New kinds go to the end. */
export const KERNEL_KINDS: readonly KernelKind[] = [...CORE_KINDS, ...SYSTEM_KINDS];
export const OUTSIDE_KINDS = all<OutsideKind>()(['fd', 'link']);
/** Every kind. */
export const KINDS: readonly Kind[] = [...KERNEL_KINDS, ...OUTSIDE_KINDS];

/** The order in which a target releases a program's objects: an object that refers to others comes before them. */
export const RELEASE_ORDER = all<KernelKind>()([
  ...(['port', 'xdp', 'frame', 'napi', 'cpumap', 'netdev', 'xsk', 'pipe', 'mm', 'file'] as const),
  ...(['rxq', 'umem', 'mapping', 'skb', 'uarg', 'page', 'frag_cache', 'pool', 'sock', 'device'] as const),
]);

/** Returns a new empty list for each of some kinds. */
export function emptyLists<Lists extends Partial<Record<Kind, readonly unknown[]>>>(
  kinds: readonly (keyof Lists)[],
): Lists {
  return Object.fromEntries(kinds.map((kind) => [kind, []])) as unknown as Lists;
}

declare const kindOfId: unique symbol;
/** The number of a name that holds an object of a kind, or -1 for none. */
export type Id<K extends Kind> = number & { readonly [kindOfId]: K };
/** No name: an optional argument that is left out, or a pick that found nothing. */
export const NO_ID = -1 as Id<never>;

/** One name of a program and the object that it holds: each skb or page name is one reference to its object. */
export interface HandleOf<K extends Kind> {
  readonly id: Id<K>;
  readonly kind: K;
  /**
   * Position of the kind in KINDS. The hot path finds an entry of a list by this number; the engine would have to
   * search in a table by name.
   */
  readonly kindNumber: number;
  readonly object: ObjectOf[K];
}
export type Handle = { [K in Kind]: HandleOf<K> }[Kind];

export function isOfKind<K extends Kind>(handle: Handle, kind: K): handle is Extract<Handle, HandleOf<K>> {
  return handle.kind === kind;
}
