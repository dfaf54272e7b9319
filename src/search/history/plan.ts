import { HISTORIES, RULE_NAMES, rulesOf, type RuleName } from '../../rules/history/histories';
import { COPIED_RULES } from '../../rules/history/copied_rules';
import { hasChange, sinceIn, type Change, type History } from '../../rules/history/history';
import { compareReleases, isOpen, releaseOf, seriesOfRelease, type Release } from '../../rules/history/release';
import type { RuleValue } from '../../rules/history/rule_facts';
import type { Rules } from '../../rules/rules';

/** A kernel that is set up. */
export interface HistoryKernel {
  /** linux-6.12.95. */
  readonly target: string;
  /** 6.12.95. */
  readonly release: string;
}

/** One change of one commit: the rules that it changed. */
export interface ChangeGroup {
  readonly source: string;
  readonly rules: readonly { readonly rule: RuleName; readonly before: RuleValue; readonly after: RuleValue }[];
  /** The same for all its rules. */
  readonly change: Change<RuleValue>;
}

/** The reason why a kernel is asked about a change: it is the last without, the first with, or nobody knows. */
export type Side = 'last without' | 'first with' | 'unknown';

/** A kernel that is asked about a change. */
export interface Question {
  readonly group: ChangeGroup;
  readonly kernel: HistoryKernel;
  readonly side: Side;
}

/** The changes of rules, those of one commit together, in the order of the rules. */
export function changeGroups(asked: readonly RuleName[] = RULE_NAMES): ChangeGroup[] {
  const groups = new Map<string, { change: Change<RuleValue>; rules: ChangeGroup['rules'][number][] }>();
  for (const rule of RULE_NAMES) {
    const { first, changes }: History<RuleValue> = HISTORIES[rule];
    changes.forEach((change, i) => {
      const key = JSON.stringify([change.since, change.backports, change.source]);
      const group = groups.get(key) ?? { change, rules: [] };
      group.rules.push({ rule, before: i === 0 ? first : changes[i - 1].value, after: change.value });
      groups.set(key, group);
    });
  }
  return [...groups.values()]
    .filter(({ rules }) => rules.some(({ rule }) => asked.includes(rule)))
    .map(({ change, rules }) => ({ source: change.source, rules, change }));
}

/**
 * The kernels to ask about each change: around mainline's, around that of each stable series, and those between the
 * ends of a range.
 * @param kernels - those that are set up
 */
export function questionsOf(groups: readonly ChangeGroup[], kernels: readonly HistoryKernel[]): Question[] {
  const sorted = [...kernels].sort((a, b) => compareReleases(releaseOf(a.release), releaseOf(b.release)));
  const isCopied = ({ rules }: ChangeGroup): boolean => rules.some(({ rule }) => COPIED_RULES.includes(rule));
  return groups.flatMap((group) => {
    if (isCopied(group)) return [];
    const asked = new Map<HistoryKernel, Side>();
    const has = ({ release }: HistoryKernel): boolean => hasChange(group.change, releaseOf(release));
    const open = sorted.filter(({ release }) => isOpenFor(group.change, releaseOf(release)));
    for (const kernel of open) asked.set(kernel, 'unknown');
    const known = sorted.filter((kernel) => !open.includes(kernel));
    for (const line of linesOf(group.change, known)) {
      const first = line.find(has);
      const last = line.slice(0, first === undefined ? undefined : line.indexOf(first)).findLast((one) => !has(one));
      if (first === undefined || last === undefined) continue;
      asked.set(last, 'last without');
      asked.set(first, 'first with');
    }
    return [...asked].map(([kernel, side]) => ({ group, kernel, side }));
  });
}

function isOpenFor(change: Change<unknown>, release: Release): boolean {
  const since = sinceIn(change, release);
  return since !== null && !hasChange(change, release) && isOpen(release, since);
}

/** Mainline, as the kernels in which no backport decides; and each series with a backport. */
function linesOf({ backports = {} }: Change<unknown>, kernels: readonly HistoryKernel[]): HistoryKernel[][] {
  const seriesOf = ({ release }: HistoryKernel): string => seriesOfRelease(releaseOf(release));
  const stable = Object.keys(backports);
  return [
    kernels.filter((kernel) => !stable.includes(seriesOf(kernel))),
    ...stable.map((series) => kernels.filter((kernel) => seriesOf(kernel) === series)),
  ];
}

/** The rules of a kernel without a change, and with it; undefined: later changes of these rules hide it there. */
export function rulesAround({ kernel, group, side }: Question): { without: Rules; with: Rules } | undefined {
  const own = rulesOf(kernel.release);
  const isHidden = ({ rule, before, after }: ChangeGroup['rules'][number]): boolean =>
    (side === 'first with' || own[rule] !== before) && (side === 'last without' || own[rule] !== after);
  if (group.rules.some(isHidden)) return undefined;
  const withValues = (pick: 'before' | 'after'): Rules => ({
    ...own,
    ...(Object.fromEntries(group.rules.map((one) => [one.rule, one[pick]])) as Partial<Rules>),
  });
  return { without: withValues('before'), with: withValues('after') };
}
