import {
  XDP_EDIT_WORDS,
  XDP_MODE_WORDS,
  XDP_OFF_MESSAGES,
  XDP_VERDICT_WORDS,
  xdpModeOf,
} from '../../../commands/outside/link/xdp';
import {
  isRedirectTarget,
  XDP_EDITOR_WORDS,
  XDP_MAP_WORDS,
  XDP_MEMBER_WORDS,
} from '../../../commands/outside/link/xdp_redirect';
import { valueOf } from '../args';
import type { History, Told } from '../history';
import { acksOf } from './acks';
import type { Change, JudgedDevice, Rule, XdpMode, XdpSending } from './device';
import { hidePaths } from './paths';

/** A program of XDP meets what comes out of a link, before anybody else sees it. */
export function judgeXdp(history: History, told: Told): void {
  judgeProgram(history, told, (far) => ({
    ...{ flow: null, deeds: [editOf(told)], mode: modeOf(told, far) },
    end: XDP_VERDICT_WORDS[valueOf(told, 'verdict')] === 'pass' ? 'continue' : 'drop',
  }));
}

/** The same with a map of devices, or one whose members are threads of the kernel. */
export function judgeXdpRedirect(history: History, told: Told): void {
  judgeProgram(history, told, (far) => redirectRule(history, told, far));
  const ends = history.devices.of(valueOf(told, 'link'));
  // The map may lack a member that is there, or the member its program.
  const isRefused = told.returnsOf('bpf').some((ret) => ret < 0);
  if (isRefused && ends !== undefined && targetsOf(history, told).every(({ isGone }) => !isGone))
    ends.far.isUncertain = true;
}

function judgeProgram(history: History, told: Told, ruleOf: (far: JudgedDevice) => Rule): void {
  const ends = history.devices.of(valueOf(told, 'link'));
  if (ends === undefined || told.main[0].ret < 0) return;
  const { far } = ends;
  const rule = ruleOf(far);
  history.devices.addRule(rule);
  hidePaths(history);
  far.xdp = null;
  const answer = acksOf(told).get(XDP_OFF_MESSAGES + 1);
  if (answer === undefined) far.isUncertain = true;
  // Such as a native program where the MTU is too large (veth_xdp_set).
  if (answer !== 0) return;
  far.xdp = rule;
}

/** Of a tun device, packets meet a native program where it makes them of one buffer (tun_build_skb). */
function modeOf(told: Told, { kind, link }: JudgedDevice): XdpMode {
  const mode = xdpModeOf(XDP_MODE_WORDS[valueOf(told, 'mode')], link);
  return mode === 'native' && (kind === 'tun' || kind === 'tap') ? 'mixed' : mode;
}

const editOf = (told: Told): Change => ({
  ...{ deed: 'xdp', edit: XDP_EDIT_WORDS[valueOf(told, 'edit')] },
  ...{ bytes: valueOf(told, 'bytes'), value: valueOf(told, 'value') },
});

/** A thread of the kernel hands a frame to the same device again, past the program (cpu_map_kthread_run). */
function redirectRule(history: History, told: Told, far: JudgedDevice): Rule {
  const mode = modeOf(told, far);
  const member = XDP_MEMBER_WORDS[valueOf(told, 'member')];
  const isOfLink = XDP_EDITOR_WORDS[valueOf(told, 'editor')] === 'link';
  const own = isOfLink ? [editOf(told)] : [];
  const changes = isOfLink || member === 'none' ? [] : [editOf(told)];
  const isCpumap = XDP_MAP_WORDS[valueOf(told, 'map')] === 'cpumap';
  const targets = targetsOf(history, told);
  // Without the flag the frame goes to the member of the first key.
  const isBroadcast = !isCpumap && (valueOf(told, 'flags') & 1) !== 0;
  const isFirst = targetOf(history, told, 'to') !== undefined;
  const to = isBroadcast ? targets : isFirst ? targets.slice(0, 1) : [];
  const sending: XdpSending = {
    deed: 'xdp_send',
    to,
    isBroadcast,
    mode,
    changes: [],
    isDropped: false,
    isOfThread: isCpumap,
  };
  if (!isCpumap) {
    const isDropped = member !== 'none' && member !== 'pass';
    return { flow: null, deeds: [...own, { ...sending, changes, isDropped }], end: 'drop', mode };
  }
  const isPassed = member === 'none' || member === 'pass';
  const sent = member === 'redirect' ? [sending] : [];
  return { flow: null, deeds: [...own, ...changes, ...sent], end: isPassed ? 'continue' : 'drop', mode };
}

/** The members of the devmap, but the device that the frame came by. */
const targetsOf = (history: History, told: Told): JudgedDevice[] =>
  (['to', 'too'] as const).flatMap((name) => targetOf(history, told, name) ?? []);

function targetOf(history: History, told: Told, name: 'to' | 'too'): JudgedDevice | undefined {
  const [from, to] = [valueOf(told, 'link'), valueOf(told, name)].map((id) => history.links.link(id));
  if (from === undefined || to === undefined || !isRedirectTarget(to, from)) return undefined;
  return history.devices.of(to.id)?.near;
}
