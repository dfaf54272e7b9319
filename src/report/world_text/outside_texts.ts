import type { OutsideFd, OutsideLink } from '../../model/structs/outside';

/** The belief of a program about a descriptor, in one line. */
export function fdText(fd: OutsideFd): string {
  const { id, what, family, type, bound, listening, peer, pending, shutWrite } = fd;
  const sorts = { socket: `${family} ${type}`, pipe: `pipe, ${fd.writes ? 'write' : 'read'} end` };
  const sort = what === 'socket' || what === 'pipe' ? sorts[what] : what;
  const states = [
    bound ? 'bound' : '',
    listening ? `listening, ${pending.length} pending` : '',
    peer === null ? '' : `connected to fd#${peer.id}`,
    shutWrite ? 'shut down for writing' : '',
  ];
  return [`fd#${id} ${sort}`, ...states.filter((state) => state !== '')].join(', ');
}

export function linkText({ id, up }: OutsideLink): string {
  return `link#${id} ${up ? 'up' : 'down'}`;
}
