import type { Program } from '../program/program';

const MODEL = 'model';
const COMPARE = 'compare ';
const FOUND_ON = /^# found on (.+?): /;
const COMPARED = /^# (compare .+?): /;

/**
 * The start of a finding's first comment: where it was found. A finding of a target is no finding of the model.
 * @param where - the target, and the mutant of the model; or the words that compare two targets
 */
export function foundOnText(where: string): string {
  const isWhole = where === MODEL || where.startsWith(`${MODEL} `) || where.startsWith(COMPARE);
  return isWhole ? `# ${where}: ` : `# found on ${where}: `;
}

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
    .map((line) => FOUND_ON.exec(line)?.[1] ?? COMPARED.exec(line)?.[1])
    .find((name) => name !== undefined);
}

/**
 * Why a clean run on the model says nothing about the finding of another target.
 *
 * @param where - as foundOn returns it
 * @param quote - makes a word for a shell
 */
export function foundElsewhere(where: string, quote: (words: readonly string[]) => string): string {
  if (where.startsWith(COMPARE))
    return `clean on the model, but two targets differ in it: npx skbcheck ${where}, with this file`;
  const target = quote([where]);
  return `clean on the model, but it was found on ${target}: --target ${target}`;
}
