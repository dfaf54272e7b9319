import type { OutsideFamily } from '../../../model/structs/outside';
import type { World } from '../../../model/world/world';

/** Whether the machine reaches itself over a link, in the program's belief: see self_path. */
export function reachesSelf(world: World, family: OutsideFamily): boolean {
  const version = family === 'inet6' ? 6 : 4;
  return world.namesOf('link').some(({ object }) => object.selfVersions.includes(version));
}
