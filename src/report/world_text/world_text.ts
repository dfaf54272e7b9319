import type { Page } from '../../model/structs/page';
import type { HandleOf, Kind } from '../../model/world/kinds';
import type { World } from '../../model/world/world';
import { pageText } from './core_texts';
import { KIND_TEXTS } from '../kinds';

/**
 * The world in a few lines: each name with its object, then the pages that they hold.
 *
 * @param world - any moment of a run
 * @param names - by handle number: the program's names
 */
export function worldLines(world: World, names: readonly string[]): string[] {
  const lines: string[] = [];
  const pages = new Set<Page>();
  for (const handle of world.names) {
    const text = textOf(handle, pages);
    if (text !== null) lines.push(`${names[handle.id] ?? `#${handle.id}`}: ${text}`);
  }
  for (const page of pages) lines.push(`  ${pageText(page)}`);
  return lines;
}

function textOf<K extends Kind>({ kind, object }: HandleOf<K>, pages: Set<Page>): string | null {
  return KIND_TEXTS[kind](object, pages);
}
