import { BIAS_MAX, PP_FLAG_PAGE_FRAG } from '../../model/structs/page_pool';
import type { Page } from '../../model/structs/page';
import { DESTRUCTOR_XSK, SKBFL_ZEROCOPY_ENABLE, type SkbData, type SkBuff } from '../../model/structs/sk_buff';
import type { KernelKind } from '../../model/world/kinds';
import type { HandleObject, World } from '../../model/world/world';
import { digestOf } from '../../protocol/digest';
import { NO_HANDLE } from '../../protocol/exec';
import { DESTRUCTORS, FRAG_COUNT_BIASED, PAGE_BITS, SKB_BITS } from '../../protocol/values';
import { DATA_ROW, FRAG_ROW, PAGE_ROW, SKB_ROW } from '../../protocol/words/structs';
import { hashSkb } from './hash';
import { rowWriter } from './row_writer';

const writePage = rowWriter(PAGE_ROW);
const writeFrag = rowWriter(FRAG_ROW);
const writeSkb = rowWriter(SKB_ROW);
const writeData = rowWriter(DATA_ROW);

/** More words than one object has: an skb with its head and all its frags, each with its page. */
const OBJECT_WORDS_MAX = 512;

/** Numbers observations: an observation has met an object whose `seenInObservation` is its number. */
let observation = 0;

/**
 * The words of one observation while it is written. Objects are numbered in the order in which they are met. One
 * instance is reused: the words of the last observation are `words[0..length)`.
 */
export class ObservationWords {
  words = new Uint32Array(4096);
  length = 0;
  private skbs = 0;
  private datas = 0;
  private pages = 0;

  begin(): void {
    observation++;
    this.length = 0;
    this.skbs = 0;
    this.datas = 0;
    this.pages = 0;
  }

  /** The digest of the words: a target answers with it after each call. */
  digest(): number {
    return digestOf(this.words, this.length);
  }

  /** Runs before each object, so that `word` needs no check: words are most of the work of lockstep. */
  makeRoom(): void {
    if (this.length + OBJECT_WORDS_MAX <= this.words.length) return;
    const words = new Uint32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
  }

  word(value: number): void {
    this.words[this.length++] = value;
  }

  /** Hashes the object's bytes too: a call names it. */
  hash(object: { hashedInObservation: number }): void {
    object.hashedInObservation = observation;
  }

  /** Returns whether the observation hashes the object's bytes. */
  hashes(object: { readonly hashedInObservation: number }): boolean {
    return object.hashedInObservation === observation;
  }

  /**
   * The page's number in this observation, and its words where it is met for the first time. Pages of the per-CPU
   * caches have neither: their refcount, their offsets and their other users depend on earlier programs.
   */
  page(world: World, page: Page): void {
    if (page.perCpu) {
      this.word(NO_HANDLE);
      return;
    }
    if (page.seenInObservation === observation) {
      this.word(page.seenAs);
      return;
    }
    page.seenInObservation = observation;
    page.seenAs = ++this.pages;
    this.word(page.seenAs);
    writePage(this, {
      refcount: page.refcount,
      order: page.order,
      'pfmemalloc|signature':
        (page.pfmemalloc ? PAGE_BITS.pfmemalloc : 0) | (page.ppSignature ? PAGE_BITS.signature : 0),
      pool: page.ppSignature && page.pp !== null ? handleOf(world, 'pool', page.pp) : NO_HANDLE,
      'pool references': poolCount(world, page),
    });
  }

  /** A page, and bytes of it. */
  frag(world: World, page: Page, offset: number, size: number): void {
    this.page(world, page);
    writeFrag(this, { offset: page.perCpu ? 0 : offset, size });
  }

  skb(world: World, skb: SkBuff): void {
    if (skb.seenInObservation === observation) {
      this.word(skb.seenAs);
      return;
    }
    skb.seenInObservation = observation;
    skb.seenAs = ++this.skbs;
    this.word(skb.seenAs);
    writeSkb(this, {
      len: skb.len,
      data_len: skb.dataLen,
      truesize: skb.truesize,
      headroom: skb.dataOffset,
      tail: skb.tail,
      end: skb.data.end,
      flags: flagBits(skb),
      users: skb.users,
      hdr_len: skb.hdrLen,
      sk: skb.sk !== null ? handleOf(world, 'sock', skb.sk) : NO_HANDLE,
      destructor: skb.destructor < DESTRUCTOR_XSK ? skb.destructor : DESTRUCTORS.OTHER,
      'payload hash': skb.hashedInObservation === observation ? hashSkb(world, skb, 0) : 0,
    });
    this.data(world, skb.data);
  }

  private data(world: World, data: SkbData): void {
    if (data.seenInObservation === observation) {
      this.word(data.seenAs);
      return;
    }
    data.seenInObservation = observation;
    data.seenAs = ++this.datas;
    this.word(data.seenAs);
    const uarg = (data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 ? data.uarg : null;
    writeData(this, {
      dataref: data.dataref,
      'shinfo flags': data.flags,
      nr_frags: data.nrFrags,
      gso_size: data.gsoSize,
      gso_type: data.gsoType,
      uarg: uarg !== null ? handleOf(world, 'uarg', uarg) : NO_HANDLE,
    });
    if (data.page === null) this.word(0);
    else this.page(world, data.page);
    for (let i = 0; i < data.nrFrags; i++) {
      const frag = data.frags[i];
      this.frag(world, frag.page, frag.offset, frag.size);
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
    (skb.cloned ? SKB_BITS.cloned : 0) |
    (skb.nohdr ? SKB_BITS.nohdr : 0) |
    (skb.headFrag ? SKB_BITS.head_frag : 0) |
    (skb.pfmemalloc ? SKB_BITS.pfmemalloc : 0) |
    (skb.ppRecycle ? SKB_BITS.pp_recycle : 0) |
    (skb.unreadable ? SKB_BITS.unreadable : 0) |
    (skb.fclone * SKB_BITS.fclone)
  );
}

export function handleOf(world: World, kind: KernelKind, object: HandleObject): number {
  for (const name of world.namesOf(kind)) if (name.object === object) return name.id;
  return NO_HANDLE;
}

function poolCount(world: World, page: Page): number {
  if (!page.ppSignature || page.pp === null) return 0;
  if (!world.rules.ppRefCountAlways && (page.pp.flags & PP_FLAG_PAGE_FRAG) === 0) return 0;
  return page.ppRefCount > BIAS_MAX >>> 1 ? FRAG_COUNT_BIASED | (BIAS_MAX - page.ppRefCount) : page.ppRefCount;
}
