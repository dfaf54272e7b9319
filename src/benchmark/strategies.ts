import { didYouMean } from '../program/did_you_mean';
import { UsageError } from '../session/errors';
import { CORPUS } from './corpus_strategy';
import { EXHAUSTIVE } from './exhaustive';
import { FC_COMMANDS, FC_COMMANDS_NUMBERS } from './fc_commands';
import { STATE_AWARE, SWARM } from './state_aware';
import type { Strategy } from './strategy';

/** In the order of the table. */
export const STRATEGIES: readonly Strategy[] = [
  SWARM,
  CORPUS,
  STATE_AWARE,
  FC_COMMANDS,
  FC_COMMANDS_NUMBERS,
  EXHAUSTIVE,
];

/** Strategies that run when the user names none. */
export const USUAL_STRATEGIES: readonly string[] = [SWARM.name, STATE_AWARE.name, FC_COMMANDS.name];

export function strategyNamed(name: string): Strategy {
  const strategy = STRATEGIES.find((known) => known.name === name);
  if (strategy !== undefined) return strategy;
  const names = STRATEGIES.map((known) => known.name);
  throw new UsageError(`no strategy '${name}'${didYouMean(name, names)}; strategies: ${names.join(', ')}`);
}
