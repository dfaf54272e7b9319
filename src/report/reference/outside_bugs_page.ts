import type { OutsideBug } from '../../outside/bugs/outside_bug';
import { count, plural } from '../figures';
import { wrapped } from './wrapped';

/**
 * docs/explanation/bugs-of-user-space.md: a pure function of the table and the programs.
 * @param made - the line that says that the page is made by a program
 * @param bugs - the table
 * @param programOf - the text of a bug's program
 */
export function outsideBugsPage(
  made: string,
  bugs: readonly OutsideBug[],
  programOf: (bug: OutsideBug) => string,
): string {
  return [
    '# Bugs that user space can reach',
    '',
    made,
    '',
    ...introduction(bugs),
    '',
    '| bug | found on | scenario | after | lines | silent |',
    '| --- | --- | --- | --- | --- | --- |',
    ...bugs.map((bug) => row(bug, programOf(bug))),
    '',
    ...wrapped(
      '"after": seconds of searching that scenario from its first program on, without boots and reductions, under ' +
        'software emulation on a busy machine. "lines": calls of the reduced program. "silent": the newest releases ' +
        'that were asked.',
    ),
    '',
    '## The bugs',
    '',
    ...bugs.flatMap((bug) => section(bug, programOf(bug))),
    ...bugs.map(({ name }) => `[${name}]: #${name}`),
    '',
  ].join('\n');
}

function introduction(bugs: readonly OutsideBug[]): string[] {
  const attributed = bugs.filter(({ fix }) => fix !== null).length;
  return wrapped(
    'Kernels of Debian, as they were released, were searched with programs of user space by `skbcheck hunt`. The ' +
      'search is blind: it knows what user space is promised, and no bug. Each bug here is reached by an ordinary ' +
      'user, and a later release mends it: its reduced program is silent there. Bugs that the newest release of a ' +
      `series has are not here. ${plural(bugs.length, 'bug')}; the commit is known of ${attributed}. ` +
      'The programs lie in `regressions/outside/`; `skbcheck hunt RELEASE --again` runs them.',
  );
}

function row(bug: OutsideBug, program: string): string {
  const { name, found, silent } = bug;
  const cells = [`[${name}]`, found.release, found.scenario, `${count(found.after_s)} s`, callsOf(program).length];
  return `| ${[...cells, silent.slice(-2).join(', ')].join(' | ')} |`;
}

function section(bug: OutsideBug, program: string): string[] {
  return [
    `### ${bug.name}`,
    '',
    ...wrapped(`${bug.title}. ${mended(bug)} Shown by ${bug.shows.join(', ')}; silent: ${bug.silent.join(', ')}.`),
    '',
    ...wrapped(
      `Broken: ${bug.signature.split(' ')[0]}, at \`${bug.signature.split(' ')[1]}\`. Seed: ${bug.found.seed}.`,
    ),
    '',
    '```',
    ...callsOf(program),
    '```',
    '',
  ];
}

function mended({ fix, mendedIn }: OutsideBug): string {
  const where = mendedIn === null ? '' : ` in ${mendedIn.release} (${mendedIn.source})`;
  if (fix !== null) return `Mended${where} by "${fix}".`;
  return mendedIn === null ? 'The commit that mends it was not found.' : `Mended by then${where}; title not known.`;
}

const callsOf = (program: string): string[] =>
  program
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(profile|seed|as|#)/.test(line));
