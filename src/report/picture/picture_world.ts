import type { World } from '../../model/world/world';
import { drawName, drawTurn } from '../kinds';
import { Described, type Picture } from './picture';

/**
 * Everything that exists at one moment, to be drawn.
 *
 * @param world - any moment of a run
 * @param names - by handle number: the program's names
 */
export function pictureOf(world: World, names: readonly string[]): Picture {
  const picture = new Map<string, Described>();
  const at = (key: string): Described => {
    let object = picture.get(key);
    if (object === undefined) picture.set(key, (object = new Described()));
    return object;
  };
  const drawing = { world, at };
  drawTurn(drawing, 'owner');
  for (const handle of world.names) drawName(drawing, handle, names[handle.id] ?? `#${handle.id}`);
  drawTurn(drawing, 'system');
  for (const { skb } of world.systems.deferred) at(`skb#${skb.id}`).field('deferred', true);
  drawTurn(drawing, 'memory');
  return picture;
}
