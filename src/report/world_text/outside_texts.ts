import type { OutsideFd, OutsideLink } from '../../model/structs/outside';

/** What a program believes of a descriptor, in one line. */
export function fdText(fd: OutsideFd): string {
  const { id, what, family, type, bound, listening, peer, pending, shutWrite } = fd;
  const sort = what === 'socket' ? `${family} ${type}` : what === 'pipe' ? `pipe, ${fd.writes ? 'write' : 'read'} end` : what;
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
