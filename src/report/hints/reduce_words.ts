/** A program whose reduction was cut, and the conditions under which it fails. */
export interface ToReduce {
  readonly file: string;
  readonly target: string;
  readonly mutant?: string;
  readonly abuse?: boolean;
}

/**
 * The words behind `skbcheck` that go on with a reduction.
 * @param output - gets the smaller program
 */
export function reduceWords({ file, target, mutant, abuse }: ToReduce, output: string): string[] {
  return [
    ...['reduce', file],
    ...(mutant === undefined ? [] : ['--mutant', mutant]),
    ...(target === 'model' ? [] : ['--target', target]),
    ...(abuse === true ? ['--abuse'] : []),
    ...['-o', output],
  ];
}
