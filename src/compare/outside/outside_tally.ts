import type { FreeChoiceName } from '../../outside/answers/free_choices';
import type { Program } from '../../program/program';
import type { ChoiceCount } from './compare_programs';
import type { KnownChange } from './known_change';
import type { PairLook } from './outside_pair_judge';

/** A known change that programs of a search met. */
export interface MetChange {
  readonly id: string;
  readonly title: string;
  readonly programs: number;
  /** The command that showed it first. */
  readonly command: string;
}

/** The same with the first program that showed it, as it was found. */
export interface ShownMetChange extends MetChange {
  readonly example: Program;
}

/** A part of the answer to a command. */
export interface PartOfAnswer {
  readonly command: string;
  readonly field: string;
}

/** A part of an answer that programs left to chance. */
export interface LeftToChance extends PartOfAnswer {
  readonly programs: number;
}

/** A choice that is the kernel's. */
export interface MetChoice {
  /** As in docs/reference/outside/compared.md. */
  readonly name: string;
  /** Answers with a part that is this choice. */
  readonly seen: number;
  /** Those in which the two kernels differ. */
  readonly differed: number;
}

/** The figures of a search with programs of user space on two kernels. */
export interface OutsideCompareFigures {
  readonly programs: number;
  /** Calls whose answers were compared. */
  readonly compared: number;
  /** Calls whose answers follow from a free choice or a known change that differed before them. */
  readonly leftOut: number;
  /** Programs with an answer that differs from run to run on one kernel. */
  readonly chance: number;
  /** Programs of which both kernels die. */
  readonly bothDied: number;
  /** Programs with a difference that is a finding already. */
  readonly again: number;
  /** Programs that were not compared, because a kernel died too often. */
  readonly lost: number;
  readonly byCommand: Readonly<Record<string, number>>;
  readonly choices: readonly MetChoice[];
  readonly leftToChance: readonly LeftToChance[];
  /** The reason that the search ended before its limits, as half a line. */
  readonly cutShort?: string;
}

/** The figures with the known changes that programs met. */
export interface OutsideCompareCounts extends OutsideCompareFigures {
  readonly known: readonly ShownMetChange[];
}

/** Counts what programs showed. */
export class OutsideTally {
  programs = 0;
  lost = 0;
  private compared = 0;
  private leftOut = 0;
  private chance = 0;
  private bothDied = 0;
  private met = 0;
  private readonly byCommand = new Map<string, number>();
  private readonly choices = new Map<FreeChoiceName, ChoiceCount>();
  private readonly leftToChance = new Map<string, LeftToChance>();
  private readonly known = new Map<KnownChange, ShownMetChange>();

  /** Counts a program with a difference that is a finding already. */
  again(program: Program, look: PairLook): void {
    this.met++;
    this.take(program, look);
  }

  take(program: Program, { comparison, chance, bothDied }: PairLook): void {
    if (bothDied === true) this.bothDied++;
    if (chance !== undefined) this.countChance(chance.compiled.call.command.name, chance.field);
    if (comparison === undefined) return;
    const { compared, leftOut, choices, known } = comparison;
    this.compared += compared.length;
    this.leftOut += leftOut;
    for (const { call } of compared) add(this.byCommand, call.command.name);
    for (const [name, { seen, differed }] of choices) {
      const counted = this.choices.get(name) ?? { seen: 0, differed: 0 };
      this.choices.set(name, { seen: counted.seen + seen, differed: counted.differed + differed });
    }
    for (const change of new Set(known.map((one) => one.change))) {
      const command = known.find((one) => one.change === change)?.difference.compiled.call.command.name ?? '';
      const before = this.known.get(change) ?? {
        id: change.id,
        title: change.title,
        programs: 0,
        command,
        example: program,
      };
      this.known.set(change, { ...before, programs: before.programs + 1 });
    }
  }

  private countChance(command: string, field: string): void {
    this.chance++;
    const key = `${command} ${field}`;
    const programs = (this.leftToChance.get(key)?.programs ?? 0) + 1;
    this.leftToChance.set(key, { command, field, programs });
  }

  counts(cutShort: string | undefined): OutsideCompareCounts {
    const { programs, compared, leftOut, chance, bothDied, met: again, lost } = this;
    return {
      ...{ programs, compared, leftOut, chance, bothDied, again, lost },
      byCommand: Object.fromEntries([...this.byCommand].sort()),
      choices: [...this.choices].map(([name, counted]) => ({ name, ...counted })),
      leftToChance: [...this.leftToChance.values()],
      known: [...this.known.values()],
      ...(cutShort === undefined ? {} : { cutShort }),
    };
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
