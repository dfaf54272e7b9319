import type { XskRatio } from '../../costs/measure_xsk';
import type { PathCost } from '../../costs/path';

export interface CostsDocument {
  readonly paths: readonly PathCost[];
  /** The kernel on which AF_XDP was measured; null: it was not measured. */
  readonly target: string | null;
  readonly af_xdp: readonly XskRatio[];
  /** 1: no Linux target is set up, so AF_XDP was not measured although that was not asked for. */
  readonly notSearched: number;
}

/** `costs --program`: the program of a path. */
export interface CostsProgramDocument {
  readonly path: string;
  readonly program: string;
}
