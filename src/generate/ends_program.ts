import { WorldLimitError } from '../model/world/memory';
import type { World } from '../model/world/world';
import { areBroken } from '../rules/profiles';

/**
 * Returns whether an error ends the program that is drawn on a world, rather than the search. A world at its limit
 * does. So does any error on the rules of a mutant: without invariants nothing stops a program at the call that breaks
 * the world, and after it there are states that no kernel has, such as fewer frags than nr_frags, which no command
 * expects. On the rules of a kernel such an error is a mistake in a command, and is thrown.
 */
export function endsProgram(error: unknown, { rules }: World): boolean {
  return error instanceof WorldLimitError || areBroken(rules);
}
