import { XDP_EDIT_WORDS, XDP_OFF_MESSAGES, XDP_VERDICT_WORDS } from '../../../commands/outside/link/xdp';
import { valueOf } from '../args';
import type { History, Told } from '../history';
import { acksOf } from './acks';
import type { Rule } from './device';
import { hidePaths } from './paths';

/** A program of XDP meets what comes out of a link, before anybody else sees it. */
export function judgeXdp(history: History, told: Told): void {
  const ends = history.devices.of(valueOf(told, 'link'));
  if (ends === undefined || told.main[0].ret < 0) return;
  const { far } = ends;
  const rule = ruleOf(told);
  history.devices.addRule(rule);
  hidePaths(history);
  far.xdp = null;
  const answer = acksOf(told).get(XDP_OFF_MESSAGES + 1);
  if (answer === undefined) far.isUncertain = true;
  // Such as a native program where the MTU is too large (veth_xdp_set).
  if (answer !== 0) return;
  far.xdp = rule;
}

function ruleOf(told: Told): Rule {
  const edit = XDP_EDIT_WORDS[valueOf(told, 'edit')];
  const isPassed = XDP_VERDICT_WORDS[valueOf(told, 'verdict')] === 'pass';
  return {
    flow: null,
    deeds: [{ deed: 'xdp', edit, bytes: valueOf(told, 'bytes'), value: valueOf(told, 'value') }],
    end: isPassed ? 'continue' : 'drop',
  };
}
