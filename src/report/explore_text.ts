import type { ScenarioExploration, ShortestFinding } from '../explore/explore_scenario';
import { printProgram } from '../program/print';
import { countsText, whySaysNothing, type Counts } from './documents/counts';
import type { ExploreDocument } from './documents/explore_document';
import { count, plural } from './figures';

/** An exploration and its settings. */
export interface ExploreRun extends Omit<ExploreDocument, keyof Counts | 'found'> {
  readonly counts: Counts;
  readonly found: ScenarioExploration;
}

export function exploreText({
  scenario,
  profile,
  mutant,
  commands,
  depth,
  seconds,
  counts,
  found,
}: ExploreRun): string {
  const { states, statesByDepth, metAgain, tried, programs, limited, findings } = found;
  const only = commands === undefined ? '' : `, ${commands.join(' ')} only`;
  const lines = [
    `explore ${scenario} (${profile}${mutant === undefined ? '' : `, mutant ${mutant}`}${only})`,
    endOf(found, depth),
    `  calls tried     ${count(tried)}, ${count(metAgain)} of which led to a state met before`,
    `  states          ${count(states)} (by depth: ${statesByDepth.map(count).join(' ')})`,
    `  programs        ${programs.toLocaleString('en-US')} sequences of calls, each as good as run`,
    `  calls           ${countsText(counts, false)}`,
    `  time            ${seconds.toFixed(1)} s`,
  ];
  if (limited > 0)
    lines.push(`  given up        ${plural(limited, 'call')}, where the world grows beyond the model's limits`);
  lines.push(
    findings.length === 0 ? (whySaysNothing(counts, false) ?? 'no finding') : plural(findings.length, 'finding'),
  );
  return [...lines, ...findings.map(shortestText)].join('\n');
}

function endOf({ end, depth: done, limited }: ScenarioExploration, depth: number): string {
  const all = `every program of up to ${plural(done, 'call')} of the scope was tried`;
  if (end === 'exhausted') return limited === 0 ? all : `${all}, but for those that were given up`;
  const rest = done + 1 === depth ? plural(depth, 'call') : `${done + 1} to ${plural(depth, 'call')}`;
  return `NOT exhausted, ${WHY[end]}: ${all}; of those of ${rest} only some`;
}

const WHY: Readonly<Record<Exclude<ScenarioExploration['end'], 'exhausted'>, string>> = {
  states: 'there are more states than --max-states',
  time: 'the time is over (--time)',
  stopped: 'interrupted',
  running: 'still running',
};

function shortestText({ sentence, count: tried, program, signature }: ShortestFinding): string {
  const text = `\n${signature}: after ${count(tried)} of the calls tried; none of the scope is shorter than\n`;
  return `${text}# ${sentence}\n${printProgram(program).trimEnd()}`;
}

/** The same as data. */
export function exploreDocument({ counts, ...run }: ExploreRun): ExploreDocument {
  const { findings, programs, ...found } = run.found;
  return {
    ...counts,
    ...run,
    found: {
      ...found,
      // A bigint may exceed the numbers of JSON.
      programs: programs.toString(),
      findings: findings.map(({ program, ...finding }) => ({ ...finding, program: printProgram(program) })),
    },
  };
}
