import type { History, Told } from './history';
import { valueOf, wordOf } from './args';

/* A call that needs rights in the first user namespace never works for a user who is root of his own. */

/** Options of setsockopt for which the kernel asks capable() (sock_setsockopt). */
const FORCED = ['rcvbufforce'];

export function judgePrivilege(history: History, told: Told): void {
  if (history.level === 'root' || !needsRoot(told)) return;
  const { name } = told.call.command;
  const isDone = told.main.some(({ ret }) => ret >= 0);
  const argument = { setsockopt: 'option', privileged: 'call' }[name as string];
  const word = argument === undefined ? name : wordOf(told, argument);
  history.ask('needs-privilege', isDone ? `${word} succeeds for a user who has no rights to it` : null, 'program');
}

function needsRoot(told: Told): boolean {
  const { name, outside } = told.call.command;
  if (outside?.level === 'root') return true;
  return name === 'setsockopt' && FORCED.includes(wordOf(told, 'option')) && valueOf(told, 'fd') >= 0;
}
