import { HOOK_WORDS, IFF_RUNNING, IFREQ_FLAGS_AT, SIDE_WORDS } from '../../../commands/outside/link/bridge';
import { LINK_FEATURES } from '../../../commands/outside/link/steps/feature_steps';
import { TAG_WORDS } from '../../../commands/outside/link/vlan';
import { OutsideLink, type OutsideLinkKind } from '../../../model/structs/outside';
import { valueOf } from '../args';
import type { History, Told } from '../history';
import { didAll } from './acks';
import type { JudgedDevice } from './device';
import type { Ends } from './devices';

/* Links whose packets are judged by their way, and commands that change a link. */

/** Messages that make a pair and set it up. */
const PAIR_MESSAGES = 3;
const VLAN_MESSAGES = 4;

export function addLink(history: History, told: Told, kind: OutsideLinkKind): { link: OutsideLink; ends: Ends } {
  const link = new OutsideLink(told.call.result, kind);
  history.links.add(link);
  return { link, ends: history.devices.add(link) };
}

export function judgePlainVeth(history: History, told: Told): void {
  const { ends } = addLink(history, told, 'veth');
  ends.near.mtu = ends.far.mtu = valueOf(told, 'mtu');
  if (!didAll(told, PAIR_MESSAGES)) lose(ends);
}

export function judgeVlan(history: History, told: Told): void {
  const below = history.devices.of(valueOf(told, 'link'));
  const { link, ends } = addLink(history, told, 'vlan');
  link.lower = history.links.link(valueOf(told, 'link')) ?? null;
  history.devices.isSwitched = true;
  if (below === undefined) return;
  if (TAG_WORDS[valueOf(told, 'tag')] === 'software') below.near.isTagless = true;
  // Such as a second one with the same tag.
  if (!didAll(told, VLAN_MESSAGES)) return lose(ends);
  const id = valueOf(told, 'number');
  for (const [device, lower] of [
    [ends.near, below.near],
    [ends.far, below.far],
  ]) {
    device.lower = lower;
    device.vlanId = id;
    device.mtu = lower.mtu;
    device.isUncertain = lower.isUncertain;
    lower.vlans.set(id, device);
  }
}

export function judgeBridge(history: History, told: Told): void {
  const { ends } = addLink(history, told, 'bridge');
  history.devices.isSwitched = true;
  const isSet = told.returnsOf('write').every((ret) => ret > 0);
  ends.near.hasHooks = HOOK_WORDS[valueOf(told, 'hooks')] === 'on' || !isSet;
  if (!didAll(told, 1)) lose(ends);
}

export function judgeBridgePort(history: History, told: Told): void {
  const bridge = history.devices.of(valueOf(told, 'bridge'))?.near;
  const port = history.devices.of(valueOf(told, 'link'));
  if (bridge === undefined || port === undefined) return;
  const isFar = SIDE_WORDS[valueOf(told, 'side')] === 'far';
  const device = isFar ? port.far : port.near;
  const flags = told.answersTo('ioctl').at(-1)?.out.at(0)?.readUInt16LE(IFREQ_FLAGS_AT) ?? 0;
  const isRunning = (flags & IFF_RUNNING) !== 0;
  if (!isRunning || !didAll(told, isFar ? 3 : 2)) bridge.isUncertain = true;
  device.bridge = bridge;
  bridge.ports.push(device);
  if (!isFar) bridge.floods.push(device);
}

/** A command that changes a link, or that routes its packets: nobody counts what comes out of it. */
export function judgeChangeLink(history: History, told: Told): void {
  const id = valueOf(told, 'link');
  history.links.changed.add(id);
  const ends = history.devices.of(id);
  if (ends === undefined) return;
  switch (told.call.command.name) {
    case 'link_del':
      reorderGroups(history);
      return lose(ends);
    case 'link_hold':
      ends.near.holds = valueOf(told, 'to') === 1;
      ends.near.copies = 1;
      ends.near.isQueued = false;
      return;
    case 'set_feature':
      if (LINK_FEATURES[valueOf(told, 'feature')].startsWith('gro') && valueOf(told, 'to') === 1)
        withVlans(ends, (device) => (device.merges = true));
      return;
    case 'link_state':
      reorderGroups(history);
      return withVlans(ends, (device) => (device.isUncertain = true));
    case 'link_mtu':
      return withVlans(ends, (device) => (device.isUncertain = true));
  }
}

function reorderGroups({ fanouts }: History): void {
  for (const group of fanouts.values()) group.reorder();
}

/** The devices were removed, or were never there. What is on them goes with them. */
export function lose(ends: Ends): void {
  withVlans(ends, (device) => {
    device.isGone = true;
    const { bridge } = device;
    if (bridge === null) return;
    for (const ports of [bridge.ports, bridge.floods])
      if (ports.includes(device)) ports.splice(ports.indexOf(device), 1);
  });
  for (const port of ends.near.ports) port.bridge = null;
}

function withVlans({ near, far }: Ends, change: (device: JudgedDevice) => void): void {
  for (const device of new Set([near, far])) {
    change(device);
    for (const vlan of device.vlans.values()) change(vlan);
  }
}
