import type { Command } from '../commands/command';
import { COMMANDS } from '../commands/registry';

/** A named choice of commands, weights and lengths to search with. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly commands: readonly Command[];
  /** Relative weight of commands by name; 8 where absent. */
  readonly weights: Readonly<Record<string, number>>;
  /** Commands of a program before settle: most have from `min` to `usual`, a few up to `max`. */
  readonly length: { readonly min: number; readonly usual: number; readonly max: number };
}

const CORE_WEIGHTS: Record<string, number> = {
  page_pool_create: 6,
  page_pool_alloc_pages: 16,
  page_pool_alloc_frag: 12,
  device_write: 16,
  device_add: 2,
  device_remove: 3,
  page_pool_destroy: 3,
  alloc_skb: 10,
  build_skb: 12,
  skb_put: 14,
  skb_add_rx_frag: 16,
  skb_mark_for_recycle: 14,
  skb_clone: 12,
  skb_try_coalesce: 24,
  kfree_skb: 12,
  sk_alloc: 4,
  sk_free: 3,
  ubuf_alloc: 5,
  set_page_pfmemalloc: 2,
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'core',
    title: 'pages, DMA, page_pool, page_frag, skbs, zerocopy owners and sockets: every command of the core',
    commands: COMMANDS.filter((command) => command.abuse !== true),
    weights: CORE_WEIGHTS,
    length: { min: 5, usual: 110, max: 200 },
  },
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
