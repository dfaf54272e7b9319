import { shellWords } from '../shell_words';

const COMPARE = 'compare ';

/**
 * Why a clean run on the model says nothing about the finding of another target.
 * @param where - as foundOn returns it: a target, or the words that compare two
 */
export function foundElsewhere(where: string): string {
  if (where.startsWith(COMPARE)) return 'clean on the model, but two targets differ in it';
  return `clean on the model, but it was found on ${shellWords([where])}`;
}

/**
 * The command that asks those who know: a line of its own, so that it can be pasted.
 * @param command - what the user asked of the model
 */
export function askElsewhere(where: string, file: string, command: 'run' | 'reduce'): string {
  const words = where.startsWith(COMPARE)
    ? `${where} ${shellWords([file])}`
    : shellWords([command, file, '--target', where]);
  return `ask there: npx skbcheck ${words}`;
}
