import { NO_ID, type Id } from '../model/world/kinds';
import type { World } from '../model/world/world';
import type { Arg, NamedArgs } from './arg';
import { pageOf } from './objects';

type Applies = (world: World, args: NamedArgs) => boolean;

/**
 * A name of a page may stand for a net_iov, which has no struct page. The functions that take pages must not get it,
 * but those that say so (`takesNetIovs`).
 */
export function withoutNetIovs(args: readonly Arg[], applies: Applies): Applies {
  const pages = args.filter(({ type }) => type === 'page').map(({ name }) => name);
  if (pages.length === 0) return applies;
  return (world, named) => !(world.rules.hasNetIovs && someIsNetIov(world, named, pages)) && applies(world, named);
}

function someIsNetIov(world: World, args: NamedArgs, pages: readonly string[]): boolean {
  for (const name of pages) {
    const id = (args as unknown as Record<string, number>)[name] as Id<'page'>;
    if (id !== NO_ID && pageOf(world, id).page.netIov) return true;
  }
  return false;
}
