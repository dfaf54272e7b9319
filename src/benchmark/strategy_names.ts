/** In the order of the table. */
export const STRATEGY_NAMES = [
  'swarm',
  'corpus',
  'state-aware',
  'fc-commands',
  'fc-commands-numbers',
  'exhaustive',
] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** Strategies that run when the user names none. */
export const USUAL_STRATEGIES: readonly StrategyName[] = ['swarm', 'state-aware', 'fc-commands'];
