import {
  EXIT_CLEAN as CLEAN,
  EXIT_FINDING as FINDING,
  EXIT_TARGET as TARGET,
  EXIT_TOO_LITTLE as TOO_LITTLE,
  EXIT_USAGE as USAGE,
} from '../support/exit';
import { CORPUS_FACTS } from './corpus_facts';
import { DONE, NO_TARGET, SEARCH, type HelpFacts } from './help_fact';

/** By the words of a command behind `skbcheck`; '' is `skbcheck` itself. A test finds the command that is missing. */
export const HELP_FACTS: Readonly<Record<string, HelpFacts>> = {
  '': {
    notes: [
      'Numbers are written 20000, 20_000, 20,000, 2e4 or 0x4e20; times 90s, 10m, 2h or 1h30m. `-` in the place of a ' +
        'file is stdin or stdout.',
      'Every option can also stand in skbcheck.config.json, or in a variable such as SKBCHECK_TIME: ' +
        '`npx skbcheck list config` shows where each value comes from.',
    ],
    examples: [
      ['fuzz core --time 10m', 'search the core of the model'],
      ['list scenarios', 'what else can be searched'],
      ['fuzz --help', 'the options of one command'],
    ],
    exits: SEARCH,
    page: 'docs/reference/cli.md',
  },
  fuzz: {
    notes: ['Each finding is reduced and written to findings/.'],
    examples: [
      ['fuzz core --profile linux-6.1 --commands 5_000_000', 'on the model'],
      ['fuzz core --target linux-6.12 --time 10m', 'in lockstep with a real kernel'],
      ['fuzz core --mutant B2 --seed 9 --findings 1', 'with one rule broken the way a real bug broke it'],
      ['fuzz core --seed 5d2c0e7f4a1b', 'the seed of a commit'],
      ['fuzz core --target ../linux --base auto', 'a tree against its nearest release'],
      ['fuzz gro --time 10m --cover napi_gro_receive=3%', 'no success where GRO had less than 3 % of the calls'],
    ],
    exits: SEARCH,
    page: 'docs/how-to/findings.md',
  },
  compare: {
    notes: [
      'The programs follow the model of A. Differences that the rules of both targets explain are listed by rule, ' +
        'and the rest of such a program is not compared. Each other difference is reduced and written to findings/.',
      'Programs of user space (scenarios outside…) are compared by the answers to their system calls, and need no ' +
        'module. They run only where they are named: docs/reference/outside/compared.md has what is left out.',
    ],
    examples: [
      ['compare linux-6.12 linux-7.3', 'two releases, all scenarios that both can run'],
      ['compare ../linux ../linux-patched core gro --time 10m', 'a tree without and with a patch'],
      ['compare linux-6.12 linux-7.3 findings/f.skb', 'one program on both'],
      ['compare linux-6.12 linux-7.3 outside-tcp outside-udp', 'programs of user space on both'],
    ],
    exits: SEARCH,
    page: 'docs/how-to/compare.md',
  },
  bisect: {
    notes: ['Every release is compared with the rules of the profile line of the program.'],
    examples: [
      ['bisect findings/f.skb --from 6.12.43 --to 7.3.4', 'releases that are not set up are fetched'],
      ['bisect findings/f.skb --set-up-only', 'over all that are set up'],
    ],
    exits: [
      [CLEAN, 'the two releases between which the change lies are found'],
      USAGE,
      [TARGET, 'the first or the last release cannot be asked'],
      [TOO_LITTLE, 'the first and the last release do not differ, or releases between the two could not be fetched'],
    ],
    page: 'docs/how-to/bisect.md',
  },
  campaign: {
    notes: [
      'The same command line with the same --dir continues a stopped campaign. Finished leases are neither ' +
        'searched nor counted again, and --time and --commands apply to the whole campaign. Ctrl-C ends it ' +
        'after the current leases, a second Ctrl-C at once.',
    ],
    examples: [
      ['campaign', 'all scenarios and profiles, all targets set up, 8 hours'],
      ['campaign --scenarios core,gro --targets model --time 10m --dir core-and-gro', 'two scenarios on the model'],
      ['campaign --mutant F3 --commands 1e6 --dir f3', 'with one rule broken the way a real bug broke it'],
      ['campaign --preset nightly --dir night', 'with the values of a preset'],
    ],
    exits: [
      [CLEAN, 'nothing new was found'],
      [FINDING, 'findings that are not known, or a problem of the campaign itself'],
      USAGE,
      TARGET,
      TOO_LITTLE,
    ],
    page: 'docs/how-to/campaigns.md',
  },
  worker: {
    notes: [
      'It searches the campaign in that Redis on those of its targets that are set up here, then waits for ' +
        'the next campaign. Ctrl-C ends it: current leases have ten seconds, then other machines take them. ' +
        'Nothing is kept on this machine.',
    ],
    examples: [
      ['campaign --queue redis://10.0.0.1:6379', 'on one machine, which keeps everything'],
      ['worker --queue redis://10.0.0.1:6379', 'on each machine'],
    ],
    exits: [USAGE, [TARGET, 'Redis cannot be used, or its campaign is of another version']],
    page: 'docs/how-to/many_machines.md',
  },
  run: {
    examples: [
      ['run regressions/kfree-skb-twice.skb --trace', 'the world after each call'],
      ['run regressions/*.skb --target linux-6.12 --strict', 'all of them on a real kernel'],
      ['run - --mutant F3', 'a program from stdin'],
    ],
    exits: [
      [CLEAN, 'every program ended as it expects'],
      [FINDING, 'one did not'],
      [USAGE, 'a mistake in the command line or a program; with --strict also a skipped call'],
      TARGET,
      [TOO_LITTLE, 'nothing of a program was executed'],
    ],
    page: 'docs/how-to/findings.md',
  },
  reduce: {
    examples: [
      ['reduce findings/f.skb -o smaller.skb', 'make it smaller, keep the finding'],
      ['reduce f.skb --target linux-6.12 --time 10m', 'the program as text on stdout'],
      ['reduce smaller.skb -o smallest.skb', 'a reduction that ended early goes on'],
      ['reduce - -o -', 'from stdin to stdout'],
    ],
    notes: ['After Ctrl-C the output is the smallest program until then.'],
    exits: [
      [CLEAN, 'the program shows nothing'],
      [FINDING, 'it was reduced'],
      USAGE,
      TARGET,
      [TOO_LITTLE, 'no call of it was executed, or the time was over before the target answered'],
    ],
    page: 'docs/how-to/findings.md',
  },
  reach: {
    notes: [
      'It learns the condition of the finding from the kernel: which blocks of the guilty function run and what its ' +
        'arguments are like, compared with clean programs. Then it searches system calls for an invocation like ' +
        'that, as an ordinary user first.',
    ],
    examples: [
      ['reach findings/f.skb --target linux-7.3 --time 10m', 'from where can this be reached?'],
      ['reach f.skb --target linux-6.12 --as user --programs 5000', 'by an ordinary user alone'],
      ['reach regressions/kfree-skb-twice.skb --target linux-6.12 --call 2', 'the lines of a call that shows nothing'],
    ],
    exits: [
      [CLEAN, 'no program of the search reached it'],
      [FINDING, 'it is reachable: the program is printed'],
      USAGE,
      TARGET,
      [TOO_LITTLE, 'the finding has no condition that tells it from clean calls, or no program ran'],
    ],
    page: 'docs/how-to/reach.md',
  },
  explore: {
    examples: [
      ['explore core --depth 3', 'every program of up to three calls'],
      ['explore core --scope', 'the values of each argument'],
      ['explore a7.skb --cpu1 5 --mutant A7', 'every schedule of two CPUs'],
    ],
    exits: [[CLEAN, 'everything in the scope holds'], FINDING, USAGE, TOO_LITTLE],
    page: 'docs/reference/explore.md',
  },
  keep: {
    notes: ['The program expects `clean` from then on, unless it expects an invariant.'],
    examples: [
      ['keep findings/f.skb coalesce-of-a-clone', 'as regressions/coalesce-of-a-clone.skb of the checkout'],
      ['keep f.skb mine --dir programs', 'as programs/mine.skb'],
    ],
    exits: [...DONE, TARGET],
    page: 'docs/tutorial/first_finding.md',
  },
  export: {
    notes: [
      'The folder needs neither this project nor Node: make, insmod repro.ko, and the kernel log says PASS or FAIL ' +
        'as KTAP.',
      'Each release is expected to do what its own model does. With --profile, every kernel is expected to follow ' +
        'that profile: so a kernel without the fix of a later release fails. A mutant of the file is left out.',
      'A program of user space becomes one file of C. With --target, it is run on that kernel first, and the C ' +
        'program says whether its answers are those of that kernel.',
    ],
    examples: [
      ['export regressions/kernel-findings/zerocopy-keeps-the-head.skb -o repro', 'a kernel module'],
      ['export b2.skb --profile linux-6.12 -o repro', 'every kernel must do as 6.12 does'],
      [
        'export findings/f.skb --target linux-6.12.43 -o repro',
        'a C program of system calls, and what 6.12.43 answered',
      ],
    ],
    exits: [
      [CLEAN, 'the folder is written'],
      USAGE,
      TARGET,
      [TOO_LITTLE, 'it is written, but the modules of all releases leave out a call of the program'],
    ],
    page: 'docs/how-to/export.md',
  },
  list: {
    examples: [
      ['list scenarios', 'one line each'],
      ['list commands skb_try_coalesce', 'the reference of one command'],
      ['list mutants B2', 'one known bug'],
      ['list config', 'where the value of each option comes from'],
    ],
    exits: DONE,
    page: 'docs/reference/commands/README.md',
  },
  kernel: {
    examples: [
      ['kernel setup', 'once'],
      ['kernel info', 'what is set up'],
    ],
    exits: [...DONE, TARGET, NO_TARGET],
    page: 'docs/how-to/kernels.md',
  },
  'kernel setup': {
    notes: ['On Debian as root it installs the missing packages by apt; elsewhere it names them.'],
    examples: [
      ['kernel setup', 'downloads kernels into the cache of your user'],
      ['kernel setup 7.3 6.12.43', 'the newest release of a series, and one release'],
      ['kernel setup --all', 'the newest release of each series'],
      ['kernel setup 7.0.4 --image-only', 'for fuzz outside --target linux-7.0.4: neither headers nor compiler'],
    ],
    exits: [...DONE, TARGET],
    page: 'docs/how-to/kernels.md',
  },
  'kernel list': {
    examples: [['kernel list', 'the newest release of each series, and all that are set up']],
    exits: [[CLEAN, 'listed'], USAGE, TARGET, [TOO_LITTLE, 'there is none, and the repository could not be asked']],
    page: 'docs/how-to/kernels.md',
  },
  'kernel remove': {
    examples: [['kernel remove linux-7.3', 'the target, and its files unless another target means them']],
    exits: DONE,
    page: 'docs/how-to/kernels.md',
  },
  'kernel info': {
    examples: [
      ['kernel info', 'every target that is set up'],
      ['kernel info ../linux', 'a tree of your own'],
    ],
    exits: [...DONE, TARGET, NO_TARGET],
    page: 'docs/how-to/own_kernel.md',
  },
  'kernel check-history': {
    examples: [
      ['kernel check-history', 'every change, on the kernels around it'],
      ['kernel check-history groFixedIdNeedsDf', 'the changes of one rule'],
    ],
    exits: [
      [CLEAN, 'each change is where its history says'],
      [FINDING, 'a kernel contradicts a history'],
      USAGE,
      TARGET,
      [TOO_LITTLE, 'some change is not shown by any kernel that is set up'],
    ],
    page: 'docs/reference/histories.md',
  },
  'kernel build': {
    examples: [
      ['kernel build --source linux-source-6.12.tar.xz -o debug-6.12', 'a debug kernel'],
      ['kernel build --source ../linux --patch - -o patched', 'with a patch from stdin'],
    ],
    exits: [...DONE, TARGET],
    page: 'docs/how-to/own_kernel.md',
  },
  show: {
    notes: ['The page is self-contained.'],
    examples: [
      ['show b2.skb --mutant B2 -o b2.html', 'a finding of the model'],
      ['show regressions/kfree-skb-twice.skb --abuse -o twice.html', 'a program that breaks a contract'],
    ],
    exits: [[CLEAN, 'the program is clean'], FINDING, USAGE, TARGET, [TOO_LITTLE, 'no call of it was executed']],
    page: 'docs/how-to/report.md',
  },
  report: {
    notes: [
      'Makes report.html, junit.xml and findings.sarif in DIR anew from its report.json, with the steps and ' +
        'pictures of this version.',
      'With --for maintainer it runs each program on the kernels of 6.1, 6.12 and 7.3 that are set up, and prints a ' +
        'mail to send.',
    ],
    examples: [
      ['report campaign', 'of the campaign in campaign/'],
      ['report regressions/kernel-findings/zerocopy-keeps-the-head.skb --for maintainer', 'a mail'],
    ],
    exits: [
      [CLEAN, 'no new or flaky finding; with --for, no kernel has it'],
      [FINDING, 'there are some; with --for, a kernel has it'],
      USAGE,
      TARGET,
      [TOO_LITTLE, 'the campaign searched nothing; with --for, no kernel is set up'],
    ],
    page: 'docs/how-to/report.md',
  },
  serve: {
    examples: [
      ['serve --profile linux-6.1', 'answers until stdin ends'],
      ['serve --mutant B2', 'with one rule broken'],
    ],
    exits: [...DONE, [TOO_LITTLE, 'no message came']],
    page: 'docs/reference/lockstep.md',
  },
  rules: {
    examples: [
      ['rules', 'the history of each rule that some kernel changed'],
      ['rules --at 7.0.4', 'the values at a release'],
      ['rules --between 6.12.43 7.3.4', 'the rules that differ, and the changes that made it so'],
      ['rules groRefusesZcopy', 'the history of one rule'],
    ],
    exits: [...DONE],
    page: 'docs/reference/histories.md',
  },
  'history-of-bugs': {
    examples: [
      ['history-of-bugs', 'every kernel that is set up; hours'],
      ['history-of-bugs 6.12.43 7.0.13 --time 30s', 'two kernels, half a minute for each scenario'],
      ['history-of-bugs 6.12.74 --bugs A18,H4', 'two bugs on one kernel'],
      ['history-of-bugs 6.18.15 --scenarios xsk', 'one scenario of one kernel, five minutes'],
    ],
    notes: ['Every bug that a kernel has by the histories is mended in the model, so that the search is blind to it.'],
    exits: [...DONE, TARGET, [TOO_LITTLE, 'no observation of a kernel was compared']],
    page: 'docs/explanation/real-bugs.md',
  },
  hunt: {
    examples: [
      ['hunt 6.12.43 --silent 6.12,7.3', 'all scenarios of user space, five minutes each'],
      ['hunt 6.12.43 7.0.4 --scenarios outside-unix --time 10m --json', 'one scenario on two kernels'],
      ['hunt 6.12.57 --again', 'which of the bugs that were found before a kernel shows'],
    ],
    notes: [
      'The search goes on behind a finding: one that has other calls is another finding, with the same promise or not.',
      'A kernel of --silent runs each reduced program ten times.',
    ],
    exits: [...DONE, FINDING, TARGET, [TOO_LITTLE, 'no answer of a kernel was judged']],
    page: 'docs/explanation/bugs-of-user-space.md',
  },
  costs: {
    examples: [
      ['costs', 'all paths'],
      ['costs --target none', 'the model alone, nothing is booted'],
      ['costs --program xdp-drop', 'the program that is measured'],
    ],
    exits: [...DONE, TARGET],
    page: 'docs/reference/costs.md',
  },
  mutants: {
    examples: [
      ['mutants --give-up 2 --reduce 3 --html mutants.html', 'all mutants with the usual strategies'],
      ['mutants --id F3 --id B1 --trials 3', 'two mutants'],
      ['mutants --strategy swarm --json', 'one strategy, all figures of all trials'],
      ['mutants --invariants', 'which invariants catch which mutants'],
    ],
    exits: [
      [CLEAN, 'the state-aware strategies found every sequential mutant in every trial'],
      [FINDING, 'they did not; with --invariants: some mutant is caught by no invariant'],
      USAGE,
      [TOO_LITTLE, 'no mutant was searched'],
    ],
    page: 'docs/reference/mutants.md',
  },
  ...CORPUS_FACTS,
  completion: {
    notes: [
      'Bash: write it to ~/.local/share/bash-completion/completions/skbcheck. Zsh: to _skbcheck in a ' +
        'directory of fpath. Fish: to ~/.config/fish/completions/skbcheck.fish.',
    ],
    examples: [
      ['completion bash', 'the script on stdout'],
      ['completion zsh', 'the same for zsh'],
      ['completion fish', 'the same for fish'],
    ],
    exits: DONE,
    page: 'docs/reference/cli.md',
  },
};
