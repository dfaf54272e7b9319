import { scheduledInto, type Call, type Program } from '../program/program';
import { KIND_FACTS } from './kinds';

/** A call of the first CPU, and the calls of the second that are scheduled into it. */
export type Group = readonly Call[];

export function groupsOf({ calls }: Program): Group[] {
  const groups: Group[] = [];
  for (let i = 0; i < calls.length; i++) {
    const scheduled = calls[i].at === undefined ? scheduledInto(calls, i) : 0;
    if (calls[i].at === undefined) groups.push(calls.slice(i, i + 1 + scheduled));
    i += scheduled;
  }
  return groups;
}

/**
 * The calls that define or change the objects of the call at `position`, and the objects of those calls in turn. Other
 * calls that only share a pool or a socket with them are left out.
 */
export function sliceOf(groups: readonly Group[], position: number): Group[] {
  const needed = new Set<number>();
  const need = (group: Group): void => {
    for (const { command, args } of group) for (const { at } of command.handles) needed.add(args[at]);
  };
  const slice = [groups[position]];
  need(groups[position]);
  for (let i = position - 1; i >= 0; i--) {
    if (!groups[i].some((call) => worksOn(call, needed))) continue;
    slice.push(groups[i]);
    need(groups[i]);
  }
  return slice.reverse();
}

function worksOn({ command, args, result }: Call, needed: ReadonlySet<number>): boolean {
  if (result >= 0 && needed.has(result)) return true;
  return command.handles.some(({ at, kind }) => args[at] >= 0 && !KIND_FACTS[kind].isShared && needed.has(args[at]));
}
