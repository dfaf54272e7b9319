import { FINDING_KERNELS, type FindingState, type KernelFinding } from '../../rules/findings/kernel_finding';
import { KERNEL_FINDINGS } from '../../rules/findings/kernel_findings';
import { wrapped } from './wrapped';

const STATE_WORDS: Readonly<Record<FindingState, string>> = { has: 'has it', mended: 'mended', never: 'never had it' };

/** An audit read each row of this page beside the sources, and found these to be no bugs. */
const DISMISSED: readonly (readonly [id: string, why: string])[] = [
  [
    'unclone-keeptruesize-small-head',
    'no bug: `__skb_unclone_keeptruesize` is not exported, only the write queue of TCP calls it, and the heads of ' +
      'that queue are all of one size. No caller calls `build_skb`, `skb_clone`, `skb_unclone_keeptruesize` in turn, ' +
      'so the contract of the command no longer allows it.',
  ],
  [
    'segment-untrusted-page-heads',
    '`bpf_skb_net_grow` linearizes since 2024 (fa5ef655615a), in all kernels that were tried. GRO never chains three ' +
      'page heads: it takes 19 packets.',
  ],
  ['segment-untrusted-wrong-bytes', 'the program was a packet that GRO cannot make.'],
];

const UNDER_DISCLOSURE =
  'Two rows of this page are under disclosure. Until they are reported, it says no more of them ' +
  '([SECURITY.md](../../SECURITY.md)).';

/** @param made - the line that says that the page is made by a program */
export function findingsPage(made: string): string {
  return [
    '# What real kernels do wrong',
    '',
    made,
    '',
    ...wrapped(
      'Each finding is a record of `src/rules/findings/`. The model has the bug where the kernel has it. A search ' +
        'that meets it lists it as known, with the release that mends it, and goes on. A known finding is no reason ' +
        'for exit code 1.',
    ),
    '',
    `| finding | ${FINDING_KERNELS.join(' | ')} | mended in |`,
    `| --- | ${FINDING_KERNELS.map(() => '---').join(' | ')} | --- |`,
    ...KERNEL_FINDINGS.map(row),
    '',
    ...KERNEL_FINDINGS.flatMap(section),
    '## Dismissed',
    '',
    ...DISMISSED.flatMap(([id, why]) => wrapped(`- \`${id}\`: ${why}`)),
    '',
    '## Under disclosure',
    '',
    ...wrapped(UNDER_DISCLOSURE),
    '',
  ].join('\n');
}

function row({ id, states, fix }: KernelFinding): string {
  const cells = FINDING_KERNELS.map((kernel) => STATE_WORDS[states[kernel]]);
  return `| [${id}](#${id}) | ${cells.join(' | ')} | ${fix?.release ?? 'no release'} |`;
}

function section(finding: KernelFinding): string[] {
  const { id, title, effect, chain, priorArt, suggestedFix, program, forgiven } = finding;
  const file = `regressions/${program}`;
  return [
    `## ${id}`,
    '',
    ...wrapped(`${title}: \`${finding.function}\` in \`${finding.file}\`.`),
    '',
    ...wrapped(effect),
    '',
    ...wrapped(`- Calls: ${chain.join(' → ')}.`),
    ...wrapped(`- Releases: ${releasesText(finding)}.`),
    ...wrapped(`- Prior art: ${priorArt}`),
    ...wrapped(`- Fix: ${suggestedFix}`),
    ...wrapped(`- ${invariantsText(finding)}`),
    '',
    '```',
    `npx skbcheck run ${file}${forgiven && finding.invariants.length > 0 ? ' --provoke' : ''}`,
    `npx skbcheck export ${file} -o repro${exportWords(finding)}`,
    '```',
    '',
  ];
}

function releasesText({ states, fix }: KernelFinding): string {
  const kernels = FINDING_KERNELS.map((kernel) => `${kernel} ${STATE_WORDS[states[kernel]]}`).join(', ');
  if (fix === undefined) return `${kernels}; nothing mends it`;
  const named = [fix.commit, fix.cve].filter((name) => name !== undefined).join(', ');
  return `${kernels}; mended in ${fix.release}${named === '' ? '' : ` (${named})`}`;
}

function invariantsText({ invariants, forgiven }: KernelFinding): string {
  if (invariants.length === 0) return 'No invariant fails: no memory is lost. The state differs from that of 7.3.';
  const names = invariants.map((name) => `\`${name}\``).join(', ');
  return forgiven
    ? `${names} forgives it, so that programs go on behind it, unless \`--provoke\` is given.`
    : `Fails on the model and on the kernel alike: ${names}.`;
}

/** The exported module must fail on a kernel that has the bug. */
function exportWords({ invariants, forgiven }: KernelFinding): string {
  if (invariants.length === 0) return ' --profile linux-7.3';
  return forgiven ? ' --provoke' : '';
}
