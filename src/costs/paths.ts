import type { CostPath } from './path';
import { RECEIVE_PATHS } from './receive_paths';
import { XSK_PATHS } from './xsk_paths';

/** Every path that is counted, those of a group together. */
export const COST_PATHS: readonly CostPath[] = [...RECEIVE_PATHS, ...XSK_PATHS];
