import type { NotReached, ReachCondition, ReachResult } from '../../reach/reach_result';
import { plural } from '../figures';

/** Whether the answer is yes: a program fulfils a condition that hardly any clean program fulfils. */
export function isReachable({ condition, reached }: ReachResult): boolean {
  return reached !== undefined && condition?.tellsApart === true;
}

/** The answer as one sentence, for reports: a pure function of the result. */
export function reachSentence(result: ReachResult): string {
  const { condition, reached, notReached, modelOnly } = result;
  if (modelOnly !== undefined) return `not searched: only the model makes the call: ${modelOnly}`;
  if (condition === undefined)
    return `not searched: the call enters no function that can be watched on ${result.target}`;
  if (reached !== undefined) {
    if (!isReachable(result))
      return `perhaps reachable: as ${reached.as} on ${result.target}; the condition tells too little of the finding`;
    return `reachable: as ${reached.as} on ${result.target}, by ${condition.function}`;
  }
  if (notReached.length === 0) return 'not searched: the guilty call is like any other';
  return `not reached on ${result.target} ${notReached.map(notReachedText).join(', ')}`;
}

const notReachedText = ({ as, programs }: NotReached): string => `in ${plural(programs, 'program')} as ${as}`;

/** The answer for people: the condition, the program or what came closest. */
export function reachText(result: ReachResult): string {
  const { condition, reached, notReached } = result;
  const lines = [`${result.finding}: ${reachSentence(result)}`, `  guilty call: ${result.call}`];
  if (condition !== undefined) lines.push(...conditionLines(condition));
  for (const level of notReached) lines.push(...levelLines(level));
  if (reached !== undefined)
    lines.push(`  after ${plural(reached.programs, 'program')} as ${reached.as}:`, '', reached.program.trimEnd());
  return lines.join('\n');
}

function conditionLines(condition: ReachCondition): string[] {
  const { facts, guiltyPrograms, cleanPrograms, ordinary, alike } = condition;
  const compared =
    `${plural(guiltyPrograms, 'program')} that ${guiltyPrograms === 1 ? 'shows' : 'show'} it, ` +
    `${plural(ordinary, 'invocation')} in ${plural(cleanPrograms, 'program')} without it`;
  return [
    `  condition in ${condition.function}, from ${compared}:`,
    ...facts.map((fact) => `    ${fact}`),
    ...(ordinary === 0 ? ['  no clean program calls the function, so nothing says which of these are ordinary'] : []),
    ...(condition.hasLine ? [] : ['  no line of the function is in the condition, only its arguments are']),
    ...(alike === 0 ? [] : [`  ${plural(alike, 'invocation')} of clean programs fulfil it, too`]),
  ];
}

function levelLines({ as, programs, entered, deaths, closest }: NotReached): string[] {
  const died = deaths === 0 ? '' : `; the kernel died ${plural(deaths, 'time')}, see fuzz outside`;
  const head = `  as ${as}: ${plural(programs, 'program')}, ${plural(entered, 'invocation')} of the function${died}`;
  if (closest === undefined) return [head];
  const { satisfied, wanted, missing } = closest;
  return [head, `  closest: ${satisfied} of ${wanted}; missing: ${missing.join(', ')}`];
}
