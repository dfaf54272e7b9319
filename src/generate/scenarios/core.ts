import { usuallyNextOf, weightsOf, CORE_SYSTEMS, type Weights } from '../usual';
import { commandsOf, type Scenario } from '../scenario';

/**
 * Commands that are seldom legal have large weights: a draw without a call costs little. Makers of objects of which a
 * few are enough have small weights.
 */
export const CORE_WEIGHTS: Weights = {
  ...weightsOf(CORE_SYSTEMS),
};

export const CORE: Scenario = {
  name: 'core',
  title: 'pages, DMA, page_pool, page_frag, skbs, zerocopy owners and sockets: every command of the core',
  commands: commandsOf(CORE_SYSTEMS),
  weights: CORE_WEIGHTS,
  follows: usuallyNextOf(CORE_SYSTEMS),
  length: { min: 5, usual: 110, max: 200 },
};
