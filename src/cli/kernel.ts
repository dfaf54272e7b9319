import type { Command } from 'commander';
import { kernelListText } from '../report/kernel_list_text';
import { UsageError } from '../session/errors';
import { availableTargets, buildKernel, kernelInfo, listKernels, removeKernels, setupKernels } from '../targets/linux';
import { openCache } from '../targets/linux/cache';
import { firstProgram } from '../generate/seed';
import { checkHistory } from './support/check_history';
import { setUpImagesOf } from './support/outside/kernel_images';
import { parseCount } from './support/options';
import { searchSeed } from './support/search_seed';
import { note, printDocument, printLine } from './support/output';
import { shellWords } from '../report/shell_words';
import { EXIT_CLEAN, EXIT_TOO_LITTLE, type Exit } from './support/exit';

const PROGRAMS_MAX = 1_000_000;

interface SetupFlags {
  readonly all?: boolean;
  readonly imageOnly?: boolean;
  readonly json?: boolean;
}

interface CheckHistoryOptions {
  readonly seed: string;
  readonly programs: string;
  readonly tried: string;
  readonly json?: boolean;
}

interface BuildOptions {
  readonly source: string;
  readonly patch: string[];
  readonly output: string;
  readonly json?: boolean;
}

/** `skbcheck kernel setup|list|remove|info|check-history|build`. */
export function addKernel(program: Command, exit: Exit): void {
  const kernel = program
    .command('kernel')
    .description('set up the Linux targets, describe them, or build a kernel of your own');
  kernel
    .command('setup')
    .description('fetch kernels of Debian, build the module, and boot each once')
    .argument(
      '[release...]',
      'a series (7.3: its newest release), or a release (7.0.4); default: 6.1, 6.12, and the newest series',
    )
    .option('--all', 'the newest release of each series that Debian has')
    .option('--image-only', 'without headers and module: for programs of user space (fuzz outside), and nothing else')
    .option('--json', 'print one JSON document')
    .action(async (asked: string[], { all, imageOnly, json }: SetupFlags) => {
      if (all === true && asked.length > 0)
        throw new UsageError(`--all sets up each series; leave out ${asked.join(' ')}, or --all`);
      if (imageOnly === true) return setUpImagesOf(asked, all === true, json === true);
      const done = await setupKernels({ asked, all, say: note });
      const targets = [...new Set(done.map(({ target }) => target))];
      exit.code = await info(targets, json === true);
    });
  kernel
    .command('list')
    .description('list the kernels that Debian has, and those that are set up')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const list = await listKernels(note);
      if (json === true) printDocument('kernel-list', list);
      else printLine(kernelListText(list));
      if (list.kernels.length === 0) exit.code = EXIT_TOO_LITTLE;
    });
  kernel
    .command('remove')
    .description('remove kernels that are set up from the cache')
    .argument('<target...>', 'linux-7.0.4, or 7.0.4')
    .option('--json', 'print one JSON document')
    .action(async (names: string[], { json }: { json?: boolean }) => {
      const removed = await removeKernels(openCache(), names, note);
      if (json === true) printDocument('kernel-remove', { removed });
      else for (const { target, release } of removed) printLine(`removed ${target} (${release})`);
    });
  kernel
    .command('info')
    .description('boot each target that is set up and print its sizes and abilities')
    .argument('[target...]', 'linux-6.12, linux-7.0.4, or a directory; default: all that are set up')
    .option('--json', 'print one JSON document')
    .action(async (targets: string[], options: { json?: boolean }) => {
      const names = targets.length > 0 ? targets : availableTargets();
      if (names.length === 0) note('no Linux target is set up: npx skbcheck kernel setup');
      exit.code = await info(names, options.json === true);
    });
  addCheckHistory(kernel, exit);
  addKernelBuild(kernel);
}

function addCheckHistory(kernel: Command, exit: Exit): void {
  kernel
    .command('check-history')
    .description('ask the kernels that are set up whether the changes of rules are where their histories say')
    .argument('[rule...]', 'only the changes of these; default: all')
    .option('--seed <number>', 'draw programs from another seed', '1')
    .option('--programs <n>', 'programs for each change and kernel', '4')
    .option('--tried <n>', 'programs of each scenario that are tried for them', '1000')
    .option('--json', 'print one JSON document')
    .action(async (rules: string[], { seed, programs, tried, json }: CheckHistoryOptions) => {
      const limits = {
        seed: firstProgram(searchSeed(seed).number),
        wanted: parseCount('--programs', programs, 1, PROGRAMS_MAX),
        tried: parseCount('--tried', tried, 1, PROGRAMS_MAX),
      };
      exit.code = await checkHistory(rules, limits, json === true);
    });
}

function addKernelBuild(kernel: Command): void {
  kernel
    .command('build')
    .description('build a debug kernel (KASAN, DMA_API_DEBUG, DEBUG_NET, DEBUG_VM, kmemleak) usable as --target DIR')
    .requiredOption(
      '--source <tree>',
      'a kernel source tree, a linux-source tar, or a package of Debian: linux-source-7.3',
    )
    .option(
      '--patch <file>',
      'apply a patch to a copy of the tree; may be repeated',
      (file: string, before: string[]) => [...before, file],
      [],
    )
    .requiredOption('-o, --output <dir>', 'where the kernel goes')
    .option('--json', 'print one JSON document')
    .action(async ({ source, patch, output, json }: BuildOptions) => {
      const built = await buildKernel({ source, patches: patch, output, say: note });
      if (json === true) printDocument('kernel-build', built);
      else printLine(`built Linux ${built.release}: npx skbcheck fuzz core --target ${shellWords([output])}`);
    });
}

/** Boots the targets and describes them. Without a target that is too little to say that they work. */
async function info(names: readonly string[], json: boolean): Promise<number> {
  const infos = [];
  for (const name of names) infos.push(await kernelInfo(name, { say: note }));
  const code = infos.length === 0 ? EXIT_TOO_LITTLE : EXIT_CLEAN;
  if (json) {
    printDocument('kernel-info', { targets: infos });
    return code;
  }
  for (const { target, boot_ms, abi } of infos) {
    printLine(`${target}: Linux ${abi.release}, answers after ${boot_ms} ms`);
    const structs = `sk_buff ${abi.skBuffAligned}, skb_shared_info ${abi.sharedInfoAligned}`;
    printLine(`  ${structs}, MAX_SKB_FRAGS ${abi.maxSkbFrags}, small heads ${abi.skbSmallHeadBytes}`);
    printLine(`  kmalloc ${abi.kmallocBuckets.join(' ')}`);
    printLine(`  built with ${abi.options.length === 0 ? 'none of the debug options' : abi.options.join(' ')}`);
  }
  return code;
}
