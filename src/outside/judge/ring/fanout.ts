import { FANOUT_MODES } from '../../../commands/outside/ring/fanout';
import { valueOf } from '../args';
import type { History, Told } from '../history';
import { JudgedFanout } from './judged_fanout';

/** A socket joins a group of those that share the frames of a device: fanout_add of net/packet/af_packet.c. */
export function judgeFanout(history: History, told: Told): void {
  const fd = history.fd(valueOf(told, 'fd'));
  if (fd === undefined || fd.captures === null || told.main[0].ret < 0) return;
  const number = valueOf(told, 'group');
  const devices = history.devices.of(fd.captures.id);
  if (devices === undefined) return;
  const own = fd.expected;
  const before = history.fanouts.get(number);
  const isThere = before?.members.some(({ open, isShared }) => open || isShared) === true;
  const group = isThere ? before : new JudgedFanout(FANOUT_MODES[valueOf(told, 'mode')], valueOf(told, 'flags'));
  history.fanouts.set(number, group);
  // Each frame is judged by its way, as nobody knows which socket it comes to.
  history.devices.isSwitched = true;
  const { captures } = devices.far;
  if (own !== null && captures.includes(own)) captures.splice(captures.indexOf(own), 1);
  if (!captures.includes(group)) captures.push(group);
  group.join(fd);
}
