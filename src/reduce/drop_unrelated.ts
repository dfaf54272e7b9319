import type { Program } from '../program/program';
import { handleIdsOf, keepCalls } from './edit';
import type { Phase } from './phase';

/** Groups beyond GROUPS_TRIED_MAX are left to the phases that follow. */
const GROUPS_TRIED_MAX = 16;

/**
 * Drops calls that are unrelated by data flow. Calls are related when they share a name, directly or through others.
 * First all groups but that of the last call are dropped at once, then all but one other group, then group by group.
 */
export const DROP_UNRELATED: Phase = {
  name: 'drop unrelated',
  *run(program) {
    const groups = groupsOf(program);
    if (groups.length < 2) return program;
    for (const group of groups.slice(0, GROUPS_TRIED_MAX)) {
      const candidate = keepCalls(program, membership(program, [group], 1));
      if (yield candidate) return candidate;
    }
    let best = program;
    const dropped: number[][] = [];
    for (const group of groups.slice(0, GROUPS_TRIED_MAX)) {
      const candidate = keepCalls(program, membership(program, [...dropped, group], 0));
      if (!(yield candidate)) continue;
      best = candidate;
      dropped.push(group);
    }
    return best;
  },
};

/** A flag for each call: `inside` for calls of the groups, its opposite for the others. */
function membership(program: Program, groups: readonly number[][], inside: number): Uint8Array {
  const keep = new Uint8Array(program.calls.length).fill(1 - inside);
  for (const group of groups) for (const position of group) keep[position] = inside;
  return keep;
}

/** Positions of related calls, in groups: the group of the last call first, then larger groups before smaller. */
function groupsOf(program: Program): number[][] {
  const parent = program.names.map((_, id) => id);
  const root = (id: number): number => {
    while (parent[id] !== id) id = parent[id] = parent[parent[id]];
    return id;
  };
  for (const call of program.calls) {
    const [first, ...others] = handleIdsOf(call);
    for (const other of others) parent[root(other)] = root(first);
  }
  const byRoot = new Map<number, number[]>();
  const alone: number[][] = [];
  program.calls.forEach((call, position) => {
    const handles = handleIdsOf(call);
    if (handles.length === 0) return void alone.push([position]);
    const key = root(handles[0]);
    const group = byRoot.get(key);
    if (group === undefined) byRoot.set(key, [position]);
    else group.push(position);
  });
  const last = program.calls.length - 1;
  const rank = (group: number[]): number => (group.includes(last) ? Infinity : group.length);
  return [...byRoot.values(), ...alone].sort((a, b) => (rank(a) === rank(b) ? a[0] - b[0] : rank(b) - rank(a)));
}
