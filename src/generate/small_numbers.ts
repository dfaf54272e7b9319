import type { Command } from '../commands/command';
import type { IntArg } from '../commands/arg';
import {
  BIG_HEAD,
  numbers,
  these,
  type About,
  type Named,
  type SmallByArg,
  type SmallNumbers,
} from '../commands/small_numbers';
import type { PageRef } from '../model/structs/page';
import type { SkBuff } from '../model/structs/sk_buff';
import { liveHandle } from '../model/world/handles';
import type { World } from '../model/world/world';
import { skbHeadlen } from '../model/net/core/skbuff/skbuff_inlines';
import { CACHE_LINE } from '../commands/limits';

const USUAL_HEADROOM = 512;

const EXPAND = these(0, USUAL_HEADROOM);
const STRETCH = numbers(stretchText, ({ skb, page }) => {
  if (skb !== null) return [1, skbHeadlen(skb), skb.len];
  return page === null ? [0, BIG_HEAD] : [1, CACHE_LINE, page.size];
});
const WRITTEN = numbers(writtenText, ({ page }) => {
  if (page === null) return [0, BIG_HEAD];
  const bytes = Math.min(page.size, page.page.writtenTo - page.offset);
  return bytes > 0 ? [1, bytes] : [page.size];
});

function stretchText({ skb, page }: Named): string {
  if (skb) return '1 | the linear bytes of the skb | all its bytes';
  return page ? `1 | ${CACHE_LINE} | all of the page` : `0 | ${BIG_HEAD}`;
}

function writtenText({ page }: Named): string {
  return page ? '1 | the bytes written to the page, or all of it where none are' : `0 | ${BIG_HEAD}`;
}

/** For any argument of the name, where the record of its command has no numbers of its own. */
const BY_NAME: SmallByArg = {
  order: these(0, 1),
  pool_size: these(1),
  frag_size: numbers('a cache line and the shared_info | all of the page', ({ world, page }) => [
    ...[world.abi.sharedInfoSize + CACHE_LINE, page?.size ?? world.abi.pageSize],
  ]),
  size: WRITTEN,
  truesize: numbers('all of the page', ({ page, world }) => [page?.size ?? world.abi.pageSize]),
  newheadroom: EXPAND,
  newtailroom: EXPAND,
  headroom: EXPAND,
  nhead: EXPAND,
  ntail: EXPAND,
  offset: these(0, CACHE_LINE),
  max_len: numbers('half a page', ({ world }) => [world.abi.pageSize / 2]),
  budget: these(0, 1, CACHE_LINE),
  pages: these(1, 2),
  count: these(1, 2),
  len: STRETCH,
};

function ruleOf(command: Command, arg: IntArg): SmallNumbers {
  return command.small?.[arg.name] ?? BY_NAME[arg.name] ?? these(...general(arg));
}

/** Returns in words which numbers an argument takes. */
export function numbersText(command: Command, arg: IntArg): string {
  const { says } = ruleOf(command, arg);
  const names = (kind: string): boolean => command.handles.some((handle) => handle.kind === kind);
  return typeof says === 'string' ? says : says({ skb: names('skb'), page: names('page') });
}

/** Returns the few numbers that an argument takes in a small scope: at most three, ascending, within its bounds. */
export function numbersOf(world: World, command: Command, arg: IntArg, objects: readonly number[]): readonly number[] {
  const about = aboutOf(world, command, objects);
  const within = ruleOf(command, arg)
    .of(about)
    .filter((value) => value >= arg.min && value <= arg.max);
  return [...new Set(within)].sort((a, b) => a - b);
}

/** The smallest, one, a cache line. */
function general(arg: IntArg): number[] {
  return [...new Set([arg.smallest ?? arg.min, arg.min, 1, CACHE_LINE])]
    .filter((value) => value >= arg.min && value <= arg.max)
    .slice(0, 3);
}

function aboutOf(world: World, { handles }: Command, objects: readonly number[]): About {
  let skb: SkBuff | null = null;
  let from: SkBuff | null = null;
  let page: PageRef | null = null;
  for (const { at } of handles) {
    const handle = liveHandle(world, objects[at]);
    if (handle?.kind === 'page') page ??= handle.object;
    if (handle?.kind !== 'skb') continue;
    if (skb === null) skb = handle.object;
    else from ??= handle.object;
  }
  return { world, skb, from, page };
}
