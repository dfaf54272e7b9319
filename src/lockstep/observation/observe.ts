import { BIAS_MAX, PP_FLAG_PAGE_FRAG, type PagePool } from '../../model/structs/page_pool';
import type { Device } from '../../model/structs/device';
import { liveHandle } from '../../model/world/handles';
import type { DmaMapping, Page, PageRef } from '../../model/structs/page';
import type { PageFragCache } from '../../model/structs/page_frag_cache';
import { DESTRUCTOR_XSK, SKBFL_ZEROCOPY_ENABLE, type SkbData, type SkBuff } from '../../model/structs/sk_buff';
import type { Sock } from '../../model/structs/sock';
import type { Uarg } from '../../model/structs/uarg';
import { KINDS, type Handle, type HandleObject, type Kind, type World } from '../../model/world/world';
import { SYSTEM_OBSERVERS } from './observe_systems';
import { hashSkb, mix } from './hash';

const NONE = 0xffffffff;
/** What targets answer for a destructor whose name they do not know: xsk_destruct_skb is static; sock_efree is not told from it. */
const DESTRUCTOR_OTHER = 3;
const FRAG_COUNT_BIASED = 0x40000000;
/** More words than one object has: an skb with its head and all its frags, each with its page. */
const OBJECT_WORDS_MAX = 512;
/** In the place of a handle number: a segment on the list behind the skb before. */
const SEGMENT = 0xffff;

/** Of which the bytes are looked at when a call names them. */
const HASHED_KINDS: readonly Kind[] = ['skb', 'xdp', 'frame'];

/** Numbers observations: an object that carries the number of this one in `seenInObservation` was met in it. */
let observation = 0;

/**
 * The canonical observation of a world: 32-bit words in an order and numbering that any target can produce
 * (kernel/skbcheck_observe.c produces the same). Objects are numbered in the order in which they are met.
 * One instance is reused: the words of the last observation are `words[0..length)`.
 */
export class Observer {
  words = new Uint32Array(4096);
  length = 0;
  private skbs = 0;
  private datas = 0;
  private pages = 0;

  /**
   * @param world - as it is after a call
   * @param hashed - handle numbers whose skb's payload goes into the observation: the call's arguments and result
   */
  observe(world: World, hashed: readonly number[]): void {
    observation++;
    this.length = 0;
    this.skbs = 0;
    this.datas = 0;
    this.pages = 0;
    for (const id of hashed) {
      const handle = liveHandle(world, id);
      if (handle === null || !HASHED_KINDS.includes(handle.kind)) continue;
      if (handle.kind !== 'skb') (handle.object as { hashedInObservation: number }).hashedInObservation = observation;
      // With the whole list of segments: they are seen here or never.
      else
        for (let skb: SkBuff | null = handle.object as SkBuff; skb !== null; skb = skb.next)
          skb.hashedInObservation = observation;
    }
    for (const handle of world.names) {
      this.makeRoom();
      this.handle(world, handle.id, handle);
    }
  }

  /** The digest of the words: what a target answers after each call. */
  digest(): number {
    const { words, length } = this;
    let h = 0x811c9dc5;
    for (let i = 0; i < length; i++) h = mix(h, words[i]);
    return h >>> 0;
  }

  /** Before each object, so that `word` need not look: words are most of the work of lockstep. */
  makeRoom(): void {
    if (this.length + OBJECT_WORDS_MAX <= this.words.length) return;
    const words = new Uint32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
  }

  word(value: number): void {
    this.words[this.length++] = value;
  }

  private handle(world: World, id: number, handle: Handle): void {
    const object = handle.object;
    switch (handle.kind) {
      case 'skb':
        this.word(0x10000 | id);
        this.skb(world, object as SkBuff);
        if ((object as SkBuff).next !== null) this.segments(world, object as SkBuff);
        break;
      case 'page': {
        const ref = object as PageRef;
        this.word(0x20000 | id);
        this.page(world, ref.page);
        this.word(ref.page.perCpu ? 0 : ref.offset);
        this.word(ref.size);
        break;
      }
      case 'pool':
        this.pool(id, object as PagePool);
        break;
      case 'device': {
        this.device(world, id, object as Device);
        break;
      }
      case 'sock':
        this.word(0x50000 | id);
        this.word((object as Sock).wmemAlloc);
        this.word((object as Sock).rmemAlloc);
        break;
      case 'uarg':
        this.word(0x60000 | id);
        this.word((object as Uarg).refcnt);
        this.word((object as Uarg).completions);
        this.word((object as Uarg).successes);
        break;
      case 'frag_cache':
        this.fragCache(world, id, object as PageFragCache);
        break;
      case 'mapping':
        this.word(0x80000 | id);
        this.page(world, (object as DmaMapping).page);
        break;
      default:
        this.word(((KINDS.indexOf(handle.kind) + 1) << 16) | id);
        SYSTEM_OBSERVERS[handle.kind]?.(this, world, object);
    }
  }

  /** The list that skb_segment made. */
  private segments(world: World, leader: SkBuff): void {
    for (let skb = leader.next; skb !== null; skb = skb.next) {
      this.makeRoom();
      this.word(0x10000 | SEGMENT);
      this.skb(world, skb);
    }
  }

  /** A target without DMA ops of its own sees no mapping: there is nothing to compare then. */
  private device(world: World, id: number, device: Device): void {
    const seen = world.abi.dmaOps;
    this.word(0x40000 | id);
    this.word(seen ? device.mappings.size : 0);
    this.word(seen ? device.maps : 0);
    this.word(seen ? device.unmaps : 0);
    this.word(seen ? device.syncsForDevice : 0);
    this.word(seen ? device.syncsForCpu : 0);
  }

  private pool(id: number, pool: PagePool): void {
    this.word(0x30000 | id);
    this.word(pool.holdCnt);
    this.word(pool.releaseCnt);
    this.word(pool.cache.length);
    this.word(pool.ring.length);
    this.word(pool.fragPage !== null ? pool.fragOffset : 0);
    this.word(pool.fragPage !== null ? pool.fragUsers : 0);
    this.word(pool.releasePending ? 1 : 0);
  }

  private fragCache(world: World, id: number, cache: PageFragCache): void {
    this.word(0x70000 | id);
    this.word(cache.page !== null ? 1 : 0);
    this.word(cache.offset);
    this.word(cache.size);
    this.word(cache.pagecntBias);
    this.word(cache.pfmemalloc ? 1 : 0);
    if (cache.page !== null) this.page(world, cache.page);
  }

  /**
   * The page's number in this observation, and its words where it is met for the first time. Pages of the per-CPU caches have
   * neither: their refcount, their offsets and who is on the same page depend on what ran before the program.
   */
  page(world: World, page: Page): void {
    if (page.perCpu) {
      this.word(NONE);
      return;
    }
    if (page.seenInObservation === observation) {
      this.word(page.seenAs);
      return;
    }
    page.seenInObservation = observation;
    page.seenAs = ++this.pages;
    this.word(page.seenAs);
    this.word(page.refcount);
    this.word(page.order);
    this.word((page.pfmemalloc ? 1 : 0) | (page.ppSignature ? 2 : 0));
    this.word(page.ppSignature && page.pp !== null ? handleOf(world, 'pool', page.pp) : NONE);
    this.word(poolCount(world, page));
  }

  skb(world: World, skb: SkBuff): void {
    if (skb.seenInObservation === observation) {
      this.word(skb.seenAs);
      return;
    }
    skb.seenInObservation = observation;
    skb.seenAs = ++this.skbs;
    this.word(skb.seenAs);
    this.word(skb.len);
    this.word(skb.dataLen);
    this.word(skb.truesize);
    this.word(skb.dataOffset);
    this.word(skb.tail);
    this.word(skb.data.end);
    this.word(flagBits(skb));
    this.word(skb.users);
    this.word(skb.hdrLen);
    this.word(skb.sk !== null ? handleOf(world, 'sock', skb.sk) : NONE);
    this.word(skb.destructor < DESTRUCTOR_XSK ? skb.destructor : DESTRUCTOR_OTHER);
    this.word(skb.hashedInObservation === observation ? hashSkb(world, skb, 0) : 0);
    this.data(world, skb.data);
  }

  /** Does this observation look at the bytes of the object? */
  hashes(object: { readonly hashedInObservation: number }): boolean {
    return object.hashedInObservation === observation;
  }

  private data(world: World, data: SkbData): void {
    if (data.seenInObservation === observation) {
      this.word(data.seenAs);
      return;
    }
    data.seenInObservation = observation;
    data.seenAs = ++this.datas;
    this.word(data.seenAs);
    this.word(data.dataref);
    this.word(data.flags);
    this.word(data.nrFrags);
    this.word(data.gsoSize);
    this.word(data.gsoType);
    this.word(
      (data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 && data.uarg !== null ? handleOf(world, 'uarg', data.uarg) : NONE,
    );
    if (data.page === null) this.word(0);
    else this.page(world, data.page);
    for (let i = 0; i < data.nrFrags; i++) {
      const frag = data.frags[i];
      this.page(world, frag.page);
      this.word(frag.page.perCpu ? 0 : frag.offset);
      this.word(frag.size);
    }
    for (let member = data.fragList; member !== null; member = member.next) {
      this.makeRoom();
      this.word(1);
      this.skb(world, member);
    }
    this.word(0);
  }
}

function flagBits(skb: SkBuff): number {
  return (
    (skb.cloned ? 1 : 0) |
    (skb.nohdr ? 2 : 0) |
    (skb.headFrag ? 4 : 0) |
    (skb.pfmemalloc ? 8 : 0) |
    (skb.ppRecycle ? 16 : 0) |
    (skb.fclone << 5)
  );
}

export function handleOf(world: World, kind: Kind, object: HandleObject): number {
  for (const name of world.namesOf(kind)) if (name.object === object) return name.id;
  return NONE;
}

function poolCount(world: World, page: Page): number {
  if (!page.ppSignature || page.pp === null) return 0;
  if (!world.rules.ppRefCountAlways && (page.pp.flags & PP_FLAG_PAGE_FRAG) === 0) return 0;
  return page.ppRefCount > BIAS_MAX >>> 1 ? FRAG_COUNT_BIASED | (BIAS_MAX - page.ppRefCount) : page.ppRefCount;
}
