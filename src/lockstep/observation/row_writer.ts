import type { Row } from '../../protocol/words/grammar';

/** The words of an observation while it is written: the next goes to `words[length]`. */
export interface RowOutput {
  readonly words: Uint32Array;
  length: number;
}

/** Writes the words of a row. Values that lack a word, or have another, do not compile. */
export type RowWriter<Words extends readonly string[]> = (
  out: RowOutput,
  values: Readonly<Record<Words[number], number>>,
) => void;

/**
 * Makes the writer of a row: `writeSock(out, { sk_wmem_alloc: 0, sk_rmem_alloc: 0 })`. It is generated code, because
 * words are most of the work of lockstep: a writer reads each value by its name and stores it at its place.
 */
export function rowWriter<const Words extends readonly string[]>({ words }: Row<Words>): RowWriter<Words> {
  const stores = words.map((name, at) => `words[at + ${at}] = values[${JSON.stringify(name)}];`);
  const make = new Function(
    `return function write(out, values) {
      const { words, length: at } = out;
      ${stores.join('\n      ')}
      out.length = at + ${words.length};
    };`,
  ) as () => RowWriter<Words>;
  return make();
}
