import type { PageRef } from '../model/structs/page';
import type { SkBuff } from '../model/structs/sk_buff';
import { skbHeadlen } from '../model/net/core/skbuff/skbuff_inlines';
import type { World } from '../model/world/world';

/** More than the head of the small cache of napi_alloc_skb holds: 704 bytes on the kernels. */
export const BIG_HEAD = 1024;

/** The objects of a call that its numbers can depend on. */
export interface About {
  readonly world: World;
  /** The first skb that the call names. */
  readonly skb: SkBuff | null;
  /** The second skb. */
  readonly from: SkBuff | null;
  /** The first page. */
  readonly page: PageRef | null;
}

/** The kinds of objects that a command names, and numbers are about. */
export interface Named {
  readonly skb: boolean;
  readonly page: boolean;
}

/** The few numbers that an argument takes where every program of a small scope is tried. */
export interface SmallNumbers {
  /** The same in words, for people; `|` between two values. */
  readonly says: string | ((named: Named) => string);
  readonly of: (about: About) => readonly number[];
}

/** By the names of a command's arguments; where absent, the numbers that fit any argument of that name. */
export type SmallByArg<Name extends string = string> = { readonly [N in Name]?: SmallNumbers };

export const these = (...numbers: readonly number[]): SmallNumbers => ({
  says: numbers.join(' | '),
  of: () => numbers,
});

export const numbers = (says: SmallNumbers['says'], of: SmallNumbers['of']): SmallNumbers => ({ says, of });

/** One byte, and a length of the first skb. */
export const oneAnd = (says: string, length: (skb: SkBuff) => number): SmallNumbers =>
  numbers(`1 | ${says}`, ({ skb }) => (skb === null ? [1] : [1, length(skb)]));

/** Cuts of the first skb: before all its bytes, behind the linear ones, before the last. */
export const CUTS = numbers('0 | the linear bytes | all bytes but 1', ({ skb }) =>
  skb === null ? [0] : [0, skbHeadlen(skb), skb.len - 1],
);

/** One byte, and all of the second skb. */
export const ONE_AND_ALL_OF_SECOND = numbers('1 | all bytes of the second skb', ({ from }) =>
  from === null ? [1] : [1, from.len],
);
