import { readKernelMutants, type KernelMutant } from '../../fuzz/kernel_mutant';
import { readRefactorings } from '../../fuzz/refactoring';
import { WITHOUT_BUG } from '../export_table/export_cases';
import { ALL_REFACTORINGS } from '../export_table/kernel_of';

/** The same tree, built a second time in a directory of its own. */
export const BUILT_AGAIN = `${WITHOUT_BUG}-again`;

/** Scenarios that a harmless patch is compared in: together they reach all code that the patches touch. */
export const HARMLESS_IN: readonly string[] = [
  ...['core', 'tcp-stream', 'gro', 'segment', 'splice', 'xdp', 'xsk', 'stack-sock', 'driver'],
];

/** Commands of a comparison, by the kind of its patch. A control has as many in each scenario as the longest search. */
const SEARCH = 200_000;
const COMMANDS = { 'the same tree': SEARCH, refactoring: 20_000, bug: SEARCH } as const;

/** A kernel that is compared with the one without a patch. */
export interface CompareCase {
  /** Of the patch, without its ending. */
  readonly name: string;
  readonly kind: 'the same tree' | 'refactoring' | 'bug';
  readonly title: string;
  readonly expected: 'nothing' | 'a difference';
  readonly scenarios: readonly string[];
  /** Of each scenario. */
  readonly commands: number;
  /** The patch, if it brings a bug. */
  readonly mutant?: KernelMutant;
}

/** The same tree, then the refactorings, then the bugs. */
export function compareCases(): CompareCase[] {
  const bugs = readKernelMutants();
  // A bug is found where the control was searched as long, and nothing was found.
  const searched = [...new Set([...HARMLESS_IN, ...bugs.map(({ scenario }) => scenario.name)])];
  return [
    {
      name: BUILT_AGAIN,
      kind: 'the same tree',
      title: 'the same tree, built in another directory',
      expected: 'nothing',
      scenarios: searched,
    } as const,
    {
      name: ALL_REFACTORINGS,
      kind: 'refactoring',
      title: 'all refactorings at once',
      expected: 'nothing',
      scenarios: HARMLESS_IN,
    } as const,
    ...readRefactorings().map(({ name, title }) => ({
      name,
      title,
      kind: 'refactoring' as const,
      expected: 'nothing' as const,
      scenarios: HARMLESS_IN,
    })),
    ...bugs.map((mutant) => ({
      name: mutant.name,
      title: mutant.title,
      kind: 'bug' as const,
      expected: 'a difference' as const,
      scenarios: [mutant.scenario.name],
      mutant,
    })),
  ].map((one) => ({ ...one, commands: COMMANDS[one.kind] }));
}
