import type { OutsideLink } from '../../../model/structs/outside';
import { isTarget } from '../../../commands/outside/link/rank';
import { BPF_EDIT_WORDS } from '../../../commands/outside/tc/bpf_edits';
import { BPF_END_WORDS } from '../../../commands/outside/tc/bpf_filter';
import { addFilter, placeMessages } from '../../../commands/outside/tc/filter_place';
import {
  ACTION_WORDS,
  type ActionWord,
  flowOfMatch,
  isSending,
  MATCH_WORDS,
  PLACE_WORDS,
  THEN_WORDS,
} from '../../../commands/outside/tc/filter_words';
import { NFT_ACTION_WORDS, NFT_MATCH_WORDS, NFT_MESSAGES } from '../../../commands/outside/tc/nft_rule';
import { QUEUE_KINDS } from '../../../commands/outside/tc/queue';
import { valueOf } from '../args';
import type { History, Told } from '../history';
import { acksOf, didAll } from './acks';
import { hidePaths } from './paths';
import type { Deed, JudgedDevice, Rule, Sending } from './device';

/* Commands of traffic control. */

export function judgeFilter(history: History, told: Told): void {
  const action = ACTION_WORDS[valueOf(told, 'action')];
  const target = targetOf(history, told, action.endsWith('_out'));
  const isLost = action === 'drop' || (isSending(action) && target === null);
  addRule(history, told, {
    flow: flowOfMatch(MATCH_WORDS[valueOf(told, 'match')]),
    deeds: isLost ? [] : deedsOf(told, action, target),
    end: isLost ? 'drop' : THEN_WORDS[valueOf(told, 'then')],
  });
}

function deedsOf(told: Told, action: ActionWord, target: JudgedDevice | null): Deed[] {
  const value = valueOf(told, 'value');
  const set: Deed = { deed: 'set', offset: valueOf(told, 'offset') & ~3, value };
  if (isSending(action)) return sending(target, action.startsWith('redirect'), action.endsWith('_out'), 'tc');
  switch (action) {
    case 'push':
      return [{ deed: 'push', id: Math.max(1, value) }];
    case 'set':
      return [set];
    case 'set_csum':
      return [set, { deed: 'csum' }];
    case 'pop':
    case 'csum':
    case 'swap':
      return [{ deed: action }];
    default:
      return [];
  }
}

export function judgeBpfFilter(history: History, told: Told): void {
  const edit = BPF_EDIT_WORDS[valueOf(told, 'edit')];
  const end = BPF_END_WORDS[valueOf(told, 'end')];
  const deeds: Deed[] = edit.startsWith('clone')
    ? sending(targetOf(history, told, edit === 'clone_out'), false, edit === 'clone_out', 'bpf')
    : [{ deed: 'bpf', edit, bytes: valueOf(told, 'bytes'), value: valueOf(told, 'value') }];
  const target = targetOf(history, told, end === 'redirect_out');
  const isLost = end === 'drop' || (end.startsWith('redirect') && target === null);
  if (end.startsWith('redirect')) deeds.push(...sending(target, true, end === 'redirect_out', 'bpf'));
  addRule(history, told, { flow: null, deeds, end: isLost ? 'drop' : end === 'continue' ? 'continue' : 'ok' });
}

function sending(to: JudgedDevice | null, isRedirect: boolean, out: boolean, by: Sending['by']): Deed[] {
  return to === null ? [] : [{ deed: isRedirect ? 'send' : 'copy', to, out, by }];
}

/** The device that a filter sends to: see targetOf of filter_place.ts. */
function targetOf(history: History, told: Told, out: boolean): JudgedDevice | null {
  const [from, to] = [linkOf(history, told, 'link'), linkOf(history, told, 'to')];
  if (from === undefined || to === undefined || !isTarget(to, from)) return null;
  const ends = history.devices.of(to.id);
  return (out ? ends?.far : ends?.near) ?? null;
}

const linkOf = (history: History, told: Told, name: string): OutsideLink | undefined =>
  history.links.link(valueOf(told, name));

function addRule(history: History, told: Told, rule: Rule): void {
  const link = linkOf(history, told, 'link');
  const ends = history.devices.of(valueOf(told, 'link'));
  if (link === undefined || ends === undefined) return;
  const isIn = PLACE_WORDS[valueOf(told, 'at')] === 'in';
  const device = isIn ? ends.near : ends.far;
  const answer = acksOf(told).get(placeMessages(link).length + 1);
  addFilter(link);
  if (answer === 0) (isIn ? device.leaving : device.arriving).push(rule);
  else if (answer === undefined) device.isUncertain = true;
  history.devices.addRule(rule);
  hidePaths(history);
}

export function judgeNftRule(history: History, told: Told): void {
  const link = linkOf(history, told, 'link');
  const ends = history.devices.of(valueOf(told, 'link'));
  if (link === undefined || ends === undefined) return;
  link.hooks++;
  const isIn = PLACE_WORDS[valueOf(told, 'at')] === 'in';
  const rule = nftRuleOf(history, told, isIn);
  history.devices.addRule(rule);
  hidePaths(history);
  const device = isIn ? ends.near : ends.far;
  const acks = acksOf(told);
  const isRefused = [...acks.values()].some((error) => error < 0);
  if (!didAll(told, NFT_MESSAGES)) device.isUncertain ||= !isRefused;
  else (isIn ? device.leavingHooks : device.arrivingHooks).push(rule);
}

function nftRuleOf(history: History, told: Told, isIn: boolean): Rule {
  const match = NFT_MATCH_WORDS[valueOf(told, 'match')];
  const action = NFT_ACTION_WORDS[valueOf(told, 'action')];
  const to = targetOf(history, told, false);
  const isLost = action === 'drop' || (action === 'fwd' && to === null);
  // Newer kernels let few bytes of what leaves be written: nft_nh_write_ok_netdev (7.3).
  const set: Deed = isIn
    ? { deed: 'unknown' }
    : { deed: 'set', offset: valueOf(told, 'offset'), value: valueOf(told, 'value') };
  const sent = action === 'set' ? [set] : sending(to, action === 'fwd', false, 'nft');
  return { flow: match === 'all' ? null : match, deeds: isLost ? [] : sent, end: isLost ? 'drop' : 'continue' };
}

export function judgeFiltersOff(history: History, told: Told): void {
  const link = linkOf(history, told, 'link');
  const ends = history.devices.of(valueOf(told, 'link'));
  if (link === undefined || ends === undefined) return;
  link.hasFilterPlace = false;
  link.filters = 0;
  const acks = acksOf(told);
  [...new Set([ends.near, ends.far])].forEach((device, at) => {
    if (acks.get(at + 1) === 0) device.leaving.length = device.arriving.length = 0;
    else if (acks.get(at + 1) === undefined) device.isUncertain = true;
  });
}

export function judgeQueue(history: History, told: Told): void {
  const near = history.devices.of(valueOf(told, 'link'))?.near;
  if (near === undefined) return;
  history.devices.isSwitched = true;
  if (acksOf(told).get(1) !== 0) return;
  near.holds = false;
  near.isQueued = true;
  near.copies = QUEUE_KINDS[valueOf(told, 'kind')] === 'netem_twice' ? 2 : 1;
  if (near.copies === 2) hidePaths(history);
}
