import type { Command } from '../commands/command';
import { COMMANDS } from '../commands/registry';
import type { ExpectedAnswers } from './expected_answers';

/** The commands of settle, which are not in the program's text. */
export function settlingCommands(answers: readonly ExpectedAnswers[]): Command[] {
  const names = new Set(answers.flatMap(({ calls }) => calls.map(({ command }) => command)));
  return COMMANDS.filter(({ name }) => names.has(name));
}
