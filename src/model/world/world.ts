import type { Abi } from '../../rules/abi';
import type { FindingId } from '../../rules/findings/kernel_finding';
import type { Rules } from '../../rules/rules';
import { clearList } from '../lib/clear_list';
import type { Device } from '../structs/device';
import { Memory, WorldLimitError } from './memory';
import type { Page } from '../structs/page';
import type { PageFragCache } from '../structs/page_frag_cache';
import type { PagePool } from '../structs/page_pool';
import type { Preemption, PreemptionPoint } from './preemption';
import type { SkbData, SkBuff } from '../structs/sk_buff';
import type { Sock } from '../structs/sock';
import { emptyLists, KINDS, type Handle, type HandleOf, type Kind } from './kinds';
import { Systems } from './systems';
import type { Uarg } from '../structs/uarg';
import { Work } from './work';

export { CORE_KINDS, KINDS, type CoreKind, type Handle, type HandleObject, type Kind } from './kinds';

/** A false statement about the world. `object` names the guilty object for the reader and for the signature. */
export interface Violation {
  readonly invariant: string;
  readonly message: string;
  readonly objectKind: string;
}

/** The caller's context, as in_softirq() and page_pool_napi_local() see it. */
export const CONTEXT_PROCESS = 0;
/** Softirq on a CPU that does not run the pool's NAPI. */
export const CONTEXT_SOFTIRQ = 1;
/** Softirq on the CPU that runs the pool's NAPI right now. */
export const CONTEXT_NAPI = 2;

/** The page allocator's supply for a page_frag cache: high orders, single pages only, emergency reserves only. */
export const PRESSURE_NONE = 0;
export const PRESSURE_ORDER0 = 1;
export const PRESSURE_RESERVES = 2;

const LIVE_OBJECTS_MAX = 4096;
const VIOLATIONS_MAX = 16;

interface Listed {
  index: number;
}

/** Everything that exists at one moment. */
export class World {
  readonly memory = new Memory();
  /** The costs so far. */
  readonly work = new Work();
  /** Live objects only. A freed object leaves its list; `freed` shows its state to objects that still refer to it. */
  readonly pages: Page[] = [];
  readonly datas: SkbData[] = [];
  readonly skbs: SkBuff[] = [];
  readonly pools: PagePool[] = [];
  readonly devices: Device[] = [];
  /**
   * The device of pools that map pages and were given none. It is made on first use, has no name, and is never removed.
   * It is also in `devices`.
   */
  defaultDevice: Device | null = null;
  readonly socks: Sock[] = [];
  readonly uargs: Uarg[] = [];
  readonly fragCaches: PageFragCache[] = [];
  /** Everything around the core that can hold a page. */
  readonly systems = new Systems();
  /** The objects that the program's names hold, by handle number; null where a name was consumed or never made. */
  readonly handles: (Handle | null)[] = [];
  /** The handles that hold an object, in order of their numbers: checks after every command read only these. */
  readonly names: Handle[] = [];
  /** The same by kind. */
  private readonly namesByKind = emptyLists<{ readonly [K in Kind]: HandleOf<K>[] }>(KINDS);
  readonly skbNames = this.namesByKind.skb;
  readonly pageNames = this.namesByKind.page;
  private readonly poolNames = this.namesByKind.pool;
  private readonly sockNames = this.namesByKind.sock;
  readonly uargNames = this.namesByKind.uarg;
  readonly mappingNames = this.namesByKind.mapping;
  /** The same in the order of KINDS. */
  readonly namesInOrder: readonly (readonly Handle[])[] = KINDS.map((kind) => this.namesByKind[kind]);
  /** The per-CPU napi_alloc_cache.page and .page_small, shared by netdev_alloc_skb and napi_alloc_skb. */
  napiFragCache: PageFragCache | null = null;
  napiSmallPage: Page | null = null;
  napiSmallOffset = 0;

  private readonly objectLists: readonly unknown[][] = [
    this.pages,
    this.datas,
    this.skbs,
    this.pools,
    this.devices,
    this.socks,
    this.uargs,
    this.fragCaches,
  ];

  readonly violations: Violation[] = [];
  /** The known bugs of kernels that the program has met: the model did as the kernel does. Each once. */
  readonly met: FindingId[] = [];
  /** Those that the command itself has met. */
  readonly metNow: FindingId[] = [];
  /** The skbs and pages that the command touched, for the checks that look only there. */
  readonly touchedSkbs: SkBuff[] = [];
  readonly touchedPages: Page[] = [];
  /** The skbs and pages that calls of the other CPU touched during it. */
  private readonly nestedSkbs: SkBuff[] = [];
  private readonly nestedPages: Page[] = [];

  context = CONTEXT_PROCESS;
  /** A kthread of another CPU runs: the lockless caches of pools are not its own. */
  onRemoteCpu = false;
  /** PRESSURE_*. */
  pressure = PRESSURE_NONE;
  /** Allows calls that a caller may make, but that make the kernel WARN because of a known weakness. */
  provokes = false;
  /** User memory has been in an skb: see Page.user. */
  userPages = false;
  /** Number of the next pattern write. */
  stamp = 0;
  /** The return value of the kernel function (errno as a negative number, bool, bytes), for comparison. */
  ret = 0;
  /** Objects with a higher id were made by the current command. */
  lastIdBefore = 0;
  private failCountdown = 0;
  private nextId = 0;
  /** The calls of the other CPU during the current call; null: none, which is nearly always. */
  preemption: Preemption | null = null;

  constructor(
    public rules: Rules,
    public abi: Abi,
  ) {}

  reset(rules: Rules, abi: Abi): void {
    this.rules = rules;
    this.abi = abi;
    this.memory.reset();
    this.work.reset();
    for (const list of this.objectLists) clearList(list);
    this.systems.reset();
    clearList(this.handles);
    clearList(this.names);
    for (const kind of KINDS) clearList(this.namesByKind[kind]);
    this.defaultDevice = null;
    this.napiFragCache = null;
    this.napiSmallPage = null;
    this.napiSmallOffset = 0;
    clearList(this.violations);
    clearList(this.met);
    clearList(this.metNow);
    this.clearTouched();
    clearList(this.nestedSkbs);
    clearList(this.nestedPages);
    this.context = CONTEXT_PROCESS;
    this.onRemoteCpu = false;
    this.pressure = PRESSURE_NONE;
    this.userPages = false;
    this.stamp = 0;
    this.ret = 0;
    this.failCountdown = 0;
    this.nextId = 0;
    this.lastIdBefore = 0;
    this.preemption = null;
  }

  /** Called before each command: `fail` n > 0 makes its n-th allocation fail. */
  beginCommand(fail: number, context: number): void {
    this.failCountdown = this.abi.faultInjection ? fail : 0;
    this.context = context;
    this.ret = 0;
    this.memory.forgetWrites();
    this.lastIdBefore = this.nextId;
    if (this.metNow.length > 0) clearList(this.metNow);
    this.clearTouched();
  }

  /** The names of one kind that hold something, in order of their numbers. */
  namesOf<K extends Kind>(kind: K): HandleOf<K>[] {
    // The engine would search in a table of all kinds by name. TypeScript does not narrow K by a case.
    switch (kind) {
      case 'skb':
        return this.skbNames as never;
      case 'page':
        return this.pageNames as never;
      case 'pool':
        return this.poolNames as never;
      case 'sock':
        return this.sockNames as never;
      case 'uarg':
        return this.uargNames as never;
      default:
        return this.namesByKind[kind];
    }
  }

  /** Counts an allocation (slab, page, page fragment, DMA mapping), in the kernel's order. Returns whether it fails. */
  allocFails(): boolean {
    return this.failCountdown > 0 && --this.failCountdown === 0;
  }

  /** The model has just done what a known bug of the kernel does. */
  meet(finding: FindingId): void {
    if (!this.met.includes(finding)) this.met.push(finding);
    this.metNow.push(finding);
  }

  inSoftirq(): boolean {
    return this.context !== CONTEXT_PROCESS;
  }

  newId(): number {
    return ++this.nextId;
  }

  add<T extends Listed>(list: T[], object: T): T {
    if (list.length >= LIVE_OBJECTS_MAX)
      throw new WorldLimitError(`more than ${LIVE_OBJECTS_MAX} live objects of one kind`);
    object.index = list.length;
    list.push(object);
    return object;
  }

  remove<T extends Listed>(list: T[], object: T): void {
    const last = list.pop() as T;
    if (last !== object) {
      list[object.index] = last;
      last.index = object.index;
    }
  }

  /** The same for an object of one of the systems around the core. */
  addSystem<T extends Listed>(list: T[], object: T): T {
    this.systems.live++;
    return this.add(list, object);
  }

  removeSystem<T extends Listed>(list: T[], object: T): void {
    this.systems.live--;
    this.remove(list, object);
  }

  violate(invariant: string, objectKind: string, message: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push({ invariant, objectKind, message });
  }

  touchSkb(skb: SkBuff): void {
    if (!skb.touched) {
      skb.touched = true;
      this.touchedSkbs.push(skb);
    }
  }

  touchPage(page: Page): void {
    if (!page.touched) {
      page.touched = true;
      this.touchedPages.push(page);
    }
  }

  /** A point where another CPU can run. It does nothing unless a schedule has a call for it. */
  preempt(point: PreemptionPoint): void {
    if (this.preemption !== null) this.preemption.pass(point);
  }

  /**
   * Runs a call of the other CPU in the middle of the current one. The state of the current call is saved and restored.
   * `joinNested` adds the objects that the inner call touched to those of the outer call. `run` has to check the other
   * holders of the bytes that the inner call wrote. No call preempts the inner one.
   */
  nested(fail: number, context: number, run: () => number): number {
    const { failCountdown, context: outerContext, ret, lastIdBefore, preemption } = this;
    const writes = this.memory.takeWrites();
    const skbs = [...this.touchedSkbs];
    const pages = [...this.touchedPages];
    this.clearTouched();
    this.preemption = null;
    this.failCountdown = this.abi.faultInjection ? fail : 0;
    this.context = context;
    this.ret = 0;
    this.lastIdBefore = this.nextId;
    const outcome = run();
    this.memory.restoreWrites(writes);
    this.nestedSkbs.push(...this.touchedSkbs);
    this.nestedPages.push(...this.touchedPages);
    this.clearTouched();
    for (const skb of skbs) this.touchSkb(skb);
    for (const page of pages) this.touchPage(page);
    this.failCountdown = failCountdown;
    this.context = outerContext;
    this.ret = ret;
    this.lastIdBefore = lastIdBefore;
    this.preemption = preemption;
    return outcome;
  }

  /** Adds the objects that calls of the other CPU touched to those of the current call, at its end. */
  joinNested(): void {
    for (const skb of this.nestedSkbs) this.touchSkb(skb);
    for (const page of this.nestedPages) this.touchPage(page);
    clearList(this.nestedSkbs);
    clearList(this.nestedPages);
  }

  private clearTouched(): void {
    for (const skb of this.touchedSkbs) skb.touched = false;
    for (const page of this.touchedPages) page.touched = false;
    clearList(this.touchedSkbs);
    clearList(this.touchedPages);
  }
}
