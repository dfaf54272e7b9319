import type { Usual } from '../usual';
import type { CommandName } from '../command_name';
import { defineCommand } from '../define_command';
import { allocSkb, allocSkbFclone, napiAllocSkb, netdevAllocSkb } from '../../model/net/core/skbuff/alloc/skb_alloc';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import type { Command } from '../command';
import type { Draw } from '../draw';
import { countHandles, nameResult } from '../pick';
import { SKB_NAMES_MAX } from './skb_contract';

const SIZE_MAX = 16384;
const SMALL_MAX = 512;

/** Draws mostly small heads, sometimes up to a page, rarely large ones. */
export function drawHeadSize(world: World, draw: Draw): number {
  if (draw.chance(3, 4)) return draw.size(0, SMALL_MAX);
  return draw.chance(3, 4) ? draw.size(SMALL_MAX, world.abi.pageSize) : draw.size(world.abi.pageSize, SIZE_MAX);
}

function allocCommand(
  name: CommandName,
  opcode: number,
  sizeName: 'size' | 'len',
  alloc: (world: World, size: number) => SkBuff | null,
  usual: Usual = {},
): Command {
  return defineCommand({
    name,
    opcode,
    system: 'skb',
    args: [{ name: sizeName, type: 'int', min: 0, max: SIZE_MAX }],
    result: 'skb',
    outcomes: ['ok', 'enomem'],
    allocates: true,
    contextual: false,
    ...usual,
    draw(world, draw, args) {
      if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
      args[sizeName] = drawHeadSize(world, draw);
      return true;
    },
    applies() {
      return true;
    },
    run(world, args, result) {
      const skb = alloc(world, args[sizeName]);
      if (skb === null) return 1;
      if (!world.rules.driverMarksOnlyPoolSkbs) skb.ppRecycle = true;
      nameResult(world, result, 'skb', skb);
      return 0;
    },
  });
}

/** The next calls of a driver for an skb that it received into. */
const RECEIVED = ['skb_put', 'skb_put', 'skb_reserve', 'skb_add_rx_frag', 'skb_mark_for_recycle'] as const;

export const SKB_ALLOC_COMMANDS: readonly Command[] = [
  allocCommand('alloc_skb', 60, 'size', allocSkb, {
    weight: 10,
    usuallyNext: [
      'skb_put',
      'skb_reserve',
      'skb_add_rx_frag',
      'skb_mark_for_recycle',
      'skb_zcopy_set',
      'skb_set_owner_w',
    ],
  }),
  allocCommand('alloc_skb_fclone', 61, 'size', allocSkbFclone),
  allocCommand('netdev_alloc_skb', 62, 'len', netdevAllocSkb, { usuallyNext: RECEIVED }),
  allocCommand('napi_alloc_skb', 63, 'len', napiAllocSkb, { usuallyNext: RECEIVED }),
];
