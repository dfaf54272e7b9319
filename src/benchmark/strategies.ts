import { didYouMean } from '../program/did_you_mean';
import { UsageError } from '../session/errors';
import { CORPUS } from './corpus_strategy';
import { EXHAUSTIVE } from './exhaustive';
import { FC_COMMANDS, FC_COMMANDS_NUMBERS } from './fc_commands';
import { STATE_AWARE, SWARM } from './state_aware';
import type { Strategy } from './strategy';
import { STRATEGY_NAMES, type StrategyName } from './strategy_names';

const BY_NAME: Readonly<Record<StrategyName, Strategy>> = {
  swarm: SWARM,
  corpus: CORPUS,
  'state-aware': STATE_AWARE,
  'fc-commands': FC_COMMANDS,
  'fc-commands-numbers': FC_COMMANDS_NUMBERS,
  exhaustive: EXHAUSTIVE,
};

/** In the order of the table. */
export const STRATEGIES: readonly Strategy[] = STRATEGY_NAMES.map((name) => BY_NAME[name]);

export function strategyNamed(name: string): Strategy {
  const strategy = STRATEGIES.find((known) => known.name === name);
  if (strategy !== undefined) return strategy;
  const near = didYouMean(name, STRATEGY_NAMES);
  throw new UsageError(`no strategy '${name}'${near}; strategies: ${STRATEGY_NAMES.join(', ')}`);
}
