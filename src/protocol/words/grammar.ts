/** Consecutive words, each with its name, that one struct of the kernel contributes. */
export interface Row<Words extends readonly string[] = readonly string[]> {
  /** In C: the prefix of its enum. */
  readonly name: string;
  readonly words: Words;
}

export function row<const Words extends readonly string[]>(name: string, words: Words): Row<Words> {
  return { name, words };
}

/** A struct that gets a number where the observation first meets it. Later words contain only the number. */
export type Numbered = 'page' | 'skb' | 'data';

/** Values of the words of one object that were read so far, by their names. */
export type Values = ReadonlyMap<string, number>;

/** A part of an observation. Where a part follows from words before it, it is a function of them. */
export type Part =
  | { readonly type: 'row'; readonly row: Row }
  | { readonly type: 'word'; readonly name: string }
  | { readonly type: 'numbered'; readonly struct: Numbered }
  /** Parts that belong to something within the object: its owner gets the label behind it. */
  | { readonly type: 'at'; readonly label: string; readonly parts: readonly Part[] }
  /** One word that is 0, with this name, or the parts. */
  | { readonly type: 'or_none'; readonly name: string; readonly parts: readonly Part[] }
  | { readonly type: 'when'; readonly parts: (values: Values) => readonly Part[] }
  | {
      readonly type: 'repeat';
      readonly count: (values: Values) => number;
      readonly parts: (index: number) => readonly Part[];
    }
  /** Parts behind a word 1, any number of times, up to a word 0. */
  | { readonly type: 'chain'; readonly name: string; readonly label: string; readonly parts: readonly Part[] };

export const words = (of: Row): Part => ({ type: 'row', row: of });
export const word = (name: string): Part => ({ type: 'word', name });
export const numbered = (struct: Numbered): Part => ({ type: 'numbered', struct });
export const at = (label: string, ...parts: Part[]): Part => ({ type: 'at', label, parts });
export const orNone = (name: string, ...parts: Part[]): Part => ({ type: 'or_none', name, parts });
export const chain = (name: string, label: string, ...parts: Part[]): Part => ({ type: 'chain', name, label, parts });
export const when = (parts: (values: Values) => readonly Part[]): Part => ({ type: 'when', parts });

/** The parts follow once if the word is not 0. */
export const whenSet = (name: string, ...parts: Part[]): Part => when((values) => (values.get(name) ? parts : []));

/** The parts follow as many times as the word says. Each repetition has the label and its number. */
export function times(name: string, label: string, ...parts: Part[]): Part {
  return {
    type: 'repeat',
    count: (values) => values.get(name) ?? 0,
    parts: (index) => [at(`${label} ${index}`, ...parts)],
  };
}

export const PAGE = numbered('page');
export const SKB = numbered('skb');
