import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readKernelMutants, type KernelMutant } from '../../fuzz/kernel_mutant';
import { findMutant } from '../../src/rules/mutants';

const ROOT = path.resolve(__dirname, '..', '..');
const REGRESSIONS = path.join(ROOT, 'regressions');

/** The kernel that is built like the mutants, without a bug. */
export const WITHOUT_BUG = 'control';

/** A program of a known bug, a kernel that has the bug, and one that does not have it. */
export interface ExportCase {
  /** Name of the exported module. */
  readonly name: string;
  readonly origin: string;
  readonly file: string;
  /** `linux-6.1`, `linux-6.12`, WITHOUT_BUG, or the name of a patch in kernel/mutants. */
  readonly buggy: string;
  readonly right: string;
}

/** Regressions whose rule a patch of kernel/mutants breaks. */
const OF_MUTANTS: Readonly<Record<string, string>> = {
  'coalesce-mixed-recycle-is-refused': 'B2',
  'coalesce-stolen-head-leaves-its-socket': 'C15',
  'expand-head-of-owned-skb': 'F3',
  'recycle-needs-the-sole-reference': 'A11',
  'skb-copy-leaves-pool-memory': 'B1',
};

/** Findings that 6.12 has and 6.1 has not, with the known bug that `--provoke` does not forgive. */
const OF_RELEASES: readonly string[] = ['kernel-findings/xsk/completes-what-is-not-sent'];

/** Mutants of the model that break more than the patch of the kernel: a program of theirs need not show the patch. */
const WIDER: Readonly<Record<string, string>> = {
  H8: 'it breaks xdp_return_buff() as well as xdp_return_frame()',
};

/** The seed of the searches on the model, and the commands after which a search gives up. */
const SEED = 7;
const COMMANDS = 300_000;

/** @param folder - where searches on the model keep their findings */
export function exportCases(folder: string): ExportCase[] {
  const mutants = readKernelMutants();
  return [
    ...OF_RELEASES.map((file) => ({
      name: path.basename(file),
      origin: 'finding in a release',
      file: path.join(REGRESSIONS, `${file}.skb`),
      buggy: 'linux-6.12',
      right: 'linux-6.1',
    })),
    ...Object.entries(OF_MUTANTS).flatMap(([name, id]) =>
      mutants
        .filter((mutant) => mutant.id === id)
        .map((mutant) => caseOf(mutant, name, 'regression', path.join(REGRESSIONS, `${name}.skb`))),
    ),
    ...mutants.map((mutant) => caseOf(mutant, mutant.name, 'found in the kernel', mutant.program)),
    ...mutants.flatMap((mutant) => {
      const found = findOnModel(mutant, folder);
      return found === undefined
        ? []
        : [caseOf(mutant, `${mutant.model}-of-the-model`, `found in the model with ${mutant.model}`, found)];
    }),
  ];
}

function caseOf(mutant: KernelMutant, name: string, origin: string, file: string): ExportCase {
  return { name, origin, file, buggy: mutant.name, right: WITHOUT_BUG };
}

/**
 * Searches the model with the mutant of the same bug; undefined: there is none that is the same, or it was not
 * found.
 */
function findOnModel({ model, scenario }: KernelMutant, folder: string): string | undefined {
  if (findMutant(model)?.profile !== 'linux-6.12' || model in WIDER) return undefined;
  const cwd = path.join(folder, model);
  const findings = path.join(cwd, 'findings');
  if (!existsSync(findings)) {
    mkdirSync(cwd, { recursive: true });
    const words = ['fuzz', scenario.name, '--profile', 'linux-6.12', '--mutant', model, '--seed', String(SEED)];
    const limits = ['--findings', '1', '--commands', String(COMMANDS)];
    spawnSync(process.execPath, [path.join(ROOT, 'bin/skbcheck.js'), ...words, ...limits], { cwd, stdio: 'ignore' });
  }
  const [first] = existsSync(findings) ? readdirSync(findings).filter((file) => file.endsWith('.skb')) : [];
  return first === undefined ? undefined : path.join(findings, first);
}
