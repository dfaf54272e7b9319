import type { CostPath } from './path';
import { RECEIVE_PATHS } from './receive_paths';
import { XSK_PATHS } from './xsk_paths';

/** All paths, group by group. */
export const COST_PATHS: readonly CostPath[] = [...RECEIVE_PATHS, ...XSK_PATHS];
