import type { Program } from '../program/program';

const MODEL = 'model';
const COMPARE = 'compare ';
const FOUND_ON = /^# found on (.+?): /;
/** The mutant is in the program itself. */
const MUTANT = / mutant \S+$/;
const COMPARED = /^# (compare .+?): /;

/**
 * The start of a finding's first comment: where it was found. A finding of a target is no finding of the model.
 * @param where - the target, and the mutant of the model; or the words that compare two targets
 */
export function foundOnText(where: string): string {
  const isWhole = where === MODEL || where.startsWith(`${MODEL} `) || where.startsWith(COMPARE);
  return isWhole ? `# ${where}: ` : `# found on ${where}: `;
}

/** Returns whether a comment line says where a program was found. */
export const isFoundOn = (line: string): boolean => FOUND_ON.test(line) || COMPARED.test(line);

/**
 * The target that a finding's program was found on, where a run is on the model alone. Undefined for every other
 * program, and for one that says what it expects of the model.
 * @param target - of this run
 */
export function foundOn(
  { comments, expect }: Pick<Program, 'comments' | 'expect'>,
  target: string,
): string | undefined {
  if (target !== MODEL || expect !== undefined) return undefined;
  return [...(comments?.values() ?? [])]
    .flat()
    .map((line) => FOUND_ON.exec(line)?.[1].replace(MUTANT, '') ?? COMPARED.exec(line)?.[1])
    .find((name) => name !== undefined);
}
