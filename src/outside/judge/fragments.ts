import { VERSION_WORDS } from '../../commands/outside/link/esp';
import { advanceFlow, dataAt, fragmentFlow, planOf } from '../../commands/outside/link/fragments';
import { flowKey } from '../../commands/outside/link/flows';
import { valueOf } from './args';
import type { History, Told } from './history';
import type { JudgedFd } from './judged_fd';
import { isPlainWay } from './links/carry';

/* Datagrams that a program writes in fragments. */

export function judgeFragments(history: History, told: Told): void {
  const link = history.links.link(valueOf(told, 'link'));
  if (link === undefined) return;
  const args = {
    ...{ size: valueOf(told, 'size'), piece: valueOf(told, 'piece') },
    ...{ order: valueOf(told, 'order'), flaw: valueOf(told, 'flaw') },
  };
  const to = valueOf(told, 'to');
  const { position } = told;
  const returns = told.returnsOf('writev');
  const isWritten = returns.every((ret) => ret > 0);
  if (to >= 0) {
    const fd = history.fd(to);
    if (fd === undefined) return;
    const version = VERSION_WORDS.indexOf(fd.family === 'inet6' ? 'v6' : 'v4');
    const { isWhole } = planOf({ link, receiver: { id: to }, version, args, position });
    // The kernel may drop all of what overlaps, and has the right bytes otherwise: RFC 5722 section 3.
    const isDue = isWhole === 'yes' && isWritten && isSureWay(history, link.id);
    if (isWhole !== 'no') fd.datagrams.put({ bytes: dataAt(position, args.size), from: senderOf(fd), isDue });
    return;
  }
  const version = valueOf(told, 'version');
  const flow = fragmentFlow(link, version);
  const judged = history.links.flow(flow);
  const { extra } = planOf({ link, receiver: null, version, args, position });
  // Nobody says in which pieces they come out, or whether the kernel puts them together.
  judged.isPlain = false;
  judged.isHeld = true;
  if (returns.some((ret) => ret > 0)) {
    const number = link.packets[flowKey(flow)] ?? 0;
    judged.write({ number, at: 0, bytes: args.size, isLast: true, isCut: false }, 0);
    if (extra !== null) judged.datagrams.push(extra);
  }
  advanceFlow(link, version, args.size);
}

const senderOf = ({ peer, id }: JudgedFd): number => peer?.id ?? id;

/** Packets go from a link to the machine's own sockets, and nothing drops them. */
function isSureWay(history: History, id: number): boolean {
  const ends = history.devices.of(id);
  const link = history.links.link(id);
  if (ends === undefined || link?.forwardsTo !== null || history.hasPolicies) return false;
  return isPlainWay(ends.near);
}
