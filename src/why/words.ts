import type { Counter, Reference } from './references/reference';
import type { History, Moment } from './history';
import { after, before } from './history';
import type { Fact, Snapshot } from './snapshot';

/** The kernel's functions that take and give back a reference of each count. */
const TAKES: Readonly<Record<Counter, string>> = {
  refcount: 'get_page()',
  pp_ref_count: 'page_pool_ref_page()',
  users: 'skb_get()',
  refcnt: 'net_zcopy_get()',
  dataref: 'an increment of dataref',
  mappings: 'dma_map_page()',
  slots: 'page_pool_recycle_in_ring()',
};
const GIVES: Readonly<Record<Counter, string>> = {
  refcount: 'put_page()',
  pp_ref_count: 'page_pool_put_page()',
  users: 'kfree_skb()',
  refcnt: 'net_zcopy_put()',
  dataref: 'skb_release_data()',
  mappings: 'dma_unmap_page()',
  slots: 'page_pool_return_page()',
};

/** Holders that are spelled out. */
const SPELLED_MAX = 3;

/** The words of one call of a history: names of objects, holders, functions. */
export class Words {
  readonly was: Snapshot;
  readonly is: Snapshot;
  readonly moment: Moment;

  /** @param position - of the guilty call; the end of the run has none, and takes the last */
  constructor(
    readonly history: History,
    readonly position: number,
  ) {
    const last = history.moments.length - 1;
    this.was = before(history, Math.min(position, last));
    this.is = after(history, Math.min(position, last));
    this.moment = history.moments[Math.min(position, last)];
  }

  get call(): string {
    const { moments } = this.history;
    const inside = moments.slice(this.moment.position + 1, this.moment.position + 2).filter(({ ofCpu1 }) => ofCpu1);
    return [this.moment.command, ...inside.map(({ command }) => `with ${command} of cpu1 in it`)].join(' ');
  }

  /** A name of the program where there is one, else the key: `skb2`, `skb#69`. A head is its skb's. */
  label(key: string): string {
    const kind = key.slice(0, key.indexOf('#'));
    if (kind === 'data') return this.labelOfHead(key);
    if (kind === 'page' || kind === 'device') return key;
    const names = this.is.names.get(key) ?? this.nameBefore(key);
    return names === undefined ? key : names[0];
  }

  /** An object that has lost its name, or that was moved into another, is called by the last one that it had. */
  private nameBefore(key: string): readonly string[] | undefined {
    for (let i = this.position - 1; i >= -1; i--) {
      const names = after(this.history, i).names.get(key);
      if (names !== undefined) return names;
    }
    return undefined;
  }

  private labelOfHead(key: string): string {
    const sharers = this.sharers(key);
    if (sharers.length === 0) return key.replace('data', 'head');
    const shown = sharers.slice(0, SPELLED_MAX).map((skb) => this.label(skb));
    return listed(shown, sharers.length - shown.length);
  }

  /** Keys of the skbs that have a head: after the call, else before it. */
  sharers(head: string): string[] {
    for (const { objects } of [this.is, this.was]) {
      const keys = [...objects].filter(([key, facts]) => key.startsWith('skb#') && facts.data === head);
      if (keys.length > 0) return keys.map(([key]) => key);
    }
    return [];
  }

  /** `frag 0 of skb2`; a name of the program: `the name page1`. */
  holder({ by, place, byName }: Reference): string {
    return byName === true ? `the name ${place}` : `${place} of ${this.label(by)}`;
  }

  holders(references: readonly Reference[]): string {
    if (references.length === 0) return 'nobody';
    const shown = references.slice(0, SPELLED_MAX).map((one) => this.holder(one));
    return listed(shown, references.length - shown.length);
  }

  field(key: string, field: string, snapshot: Snapshot): Fact | undefined {
    return snapshot.objects.get(key)?.[field];
  }

  number(key: string, field: string, snapshot: Snapshot): number {
    return Number(this.field(key, field, snapshot) ?? 0);
  }
}

export function listed(shown: readonly string[], more: number): string {
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

export const takes = (counter: Counter): string => TAKES[counter];
export const gives = (counter: Counter): string => GIVES[counter];
