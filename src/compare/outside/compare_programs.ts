import type { OutsideFd } from '../../model/structs/outside';
import type { AnswerField, CallAnswer, ProgramAnswers } from '../../outside/answers/answer';
import { descriptorsOf, fdsOf, isLoose } from '../../outside/answers/descriptors';
import { freeChoice, type FreeChoiceName } from '../../outside/answers/free_choices';
import { choiceIn, isMoved, RESETS } from './choice_in';
import type { CompiledCall, CompiledProgram } from '../../outside/compile';
import { differenceOf, type AnswerDifference, type SocketKind } from './answer_difference';
import { FileGroups } from './file_groups';
import type { Pair } from '../pair';
import { Totals } from './totals';

/** How often a free choice could be seen, and how often two kernels chose differently. */
export interface ChoiceCount {
  seen: number;
  differed: number;
}

/** Two kernels' answers to one program, beside each other. */
export interface ProgramComparison<Known> {
  /** The first difference that neither a free choice nor a known change explains. */
  readonly difference?: AnswerDifference;
  readonly known: readonly { readonly change: Known; readonly difference: AnswerDifference }[];
  readonly choices: ReadonlyMap<FreeChoiceName, ChoiceCount>;
  /** Calls whose answers were compared. */
  readonly compared: readonly CompiledCall[];
  /** Calls that were not compared, because a free choice or a known change before them differed. */
  readonly leftOut: number;
}

/**
 * Compares what two kernels said of one program, call by call.
 * @param program - as it was sent to both
 * @param answers - of the first kernel, and of the second
 * @param knownChange - the change between the two releases that explains a difference; undefined: none is known
 */
export function comparePrograms<Known>(
  program: CompiledProgram,
  answers: Pair<ProgramAnswers>,
  knownChange: (difference: AnswerDifference) => Known | undefined,
): ProgramComparison<Known> {
  return new ProgramComparer(program, answers, knownChange).run();
}

class ProgramComparer<Known> {
  private readonly groups: FileGroups;
  private readonly files: ReadonlyMap<number, OutsideFd>;
  /** Groups whose answers say nothing any more; with totals where their bytes in all still do. */
  private readonly apart = new Map<number, Totals | null>();
  /** Groups with a file that may have been written with its own pages. */
  private readonly overlapping = new Set<number>();
  private readonly known: { change: Known; difference: AnswerDifference }[] = [];
  private readonly choices = new Map<FreeChoiceName, ChoiceCount>();
  private readonly compared: CompiledCall[] = [];
  private readonly notified = new Map<number, { last: CompiledCall; sends: Pair<Set<number>> }>();
  private leftOut = 0;

  constructor(
    private readonly program: CompiledProgram,
    private readonly answers: Pair<ProgramAnswers>,
    private readonly knownChange: (difference: AnswerDifference) => Known | undefined,
  ) {
    this.groups = new FileGroups(program);
    this.files = descriptorsOf(program);
  }

  run(): ProgramComparison<Known> {
    const difference = this.firstDifference();
    const { known, choices, compared, leftOut } = this;
    return { ...(difference === undefined ? {} : { difference }), known, choices, compared, leftOut };
  }

  private firstDifference(): AnswerDifference | undefined {
    const { calls } = this.program;
    const byCall = this.answers.map(({ calls: all }) => new Map(all.map((one) => [one.at, one])));
    for (const [at, compiled] of calls.entries()) {
      const pair = byCall.map((answers) => answers.get(at));
      if (pair.every((answer) => answer === undefined)) continue;
      const [a, b] = pair.map((answer) => answer ?? { at, fields: [{ name: 'answer', value: 'none' }] });
      const difference = this.compareCall(compiled, [a, b]);
      if (difference !== undefined && !this.explained(difference)) return difference;
    }
    const [a, b] = this.answers;
    const last = calls.at(-1);
    if (a.end !== b.end && last !== undefined) return differenceOf(last, 'end of the program', [a.end, b.end]);
    return this.differenceInAll();
  }

  /** The difference is a known change: what follows from it is not compared. */
  private explained(seen: AnswerDifference): boolean {
    const { compiled } = seen;
    const difference = { ...seen, behind: this.commandsBefore(compiled), sockets: this.socketsOf(compiled) };
    const change = this.knownChange(difference);
    if (change === undefined) return false;
    this.known.push({ change, difference });
    this.setApart(difference.compiled, null);
    return true;
  }

  private commandsBefore(compiled: CompiledCall): ReadonlySet<string> {
    const { calls } = this.program;
    const group = this.groups.groupOf(compiled);
    const before = calls.slice(0, calls.indexOf(compiled)).filter((one) => this.groups.groupOf(one) === group);
    return new Set(before.map(({ call }) => call.command.name));
  }

  private socketsOf(compiled: CompiledCall): ReadonlySet<SocketKind> {
    const files = fdsOf(compiled).map((fd) => this.files.get(fd));
    return new Set(files.flatMap((file) => (file?.what === 'socket' ? [`${file.family} ${file.type}` as const] : [])));
  }

  private differenceInAll(): AnswerDifference | undefined {
    for (const totals of this.apart.values()) {
      const difference = totals?.difference();
      if (difference !== undefined && !this.explained(difference)) return difference;
    }
    for (const { last, sends } of this.notified.values()) {
      const [a, b] = sends.map((each) => [...each].sort((x, y) => x - y).join(' '));
      if (a === b || this.isApart(last)) continue;
      const difference = differenceOf(last, 'sends notified in all', [a, b]);
      if (!this.explained(difference)) return difference;
    }
    return undefined;
  }

  private isApart(compiled: CompiledCall): boolean {
    const group = this.groups.groupOf(compiled);
    return group !== undefined && this.apart.has(group);
  }

  private compareCall(compiled: CompiledCall, answers: Pair<CallAnswer>): AnswerDifference | undefined {
    this.noteNotified(compiled, answers);
    const group = this.groups.groupOf(compiled);
    if (group !== undefined && this.apart.has(group)) {
      this.leftOut++;
      this.follow(group, compiled, answers);
      return undefined;
    }
    this.compared.push(compiled);
    const [a, b] = answers;
    if (group !== undefined && (a.writesFile === true || b.writesFile === true)) this.overlapping.add(group);
    const count = Math.max(a.fields.length, b.fields.length);
    for (let i = 0; i < count; i++) {
      const fields: Pair<AnswerField | undefined> = [a.fields.at(i), b.fields.at(i)];
      const said = this.compareField(compiled, fields);
      if (said === 'same') continue;
      if (typeof said !== 'string') return said;
      this.setApart(compiled, said === 'cut' ? answers : null);
      return undefined;
    }
    return undefined;
  }

  /** The name of a choice: it differs, and later answers follow from it. */
  private compareField(
    compiled: CompiledCall,
    [a, b]: Pair<AnswerField | undefined>,
  ): AnswerDifference | FreeChoiceName | 'same' {
    const field = a ?? b;
    if (field === undefined) return 'same';
    if (a?.name !== b?.name) return differenceOf(compiled, field.name, [a?.name ?? 'none', b?.name ?? 'none']);
    const values: Pair<string | Buffer> = [a?.value ?? '', b?.value ?? ''];
    const [one, other] = values;
    const isSame = typeof one === 'string' || typeof other === 'string' ? one === other : one.equals(other);
    const choice = this.choiceOf(compiled, field, values);
    if (choice !== undefined) this.count(choice, isSame);
    if (isSame) return 'same';
    if (choice === undefined) return differenceOf(compiled, field.name, values);
    return freeChoice(choice).spreads ? choice : 'same';
  }

  private count(choice: FreeChoiceName, isSame: boolean): void {
    const counted = this.choices.get(choice) ?? { seen: 0, differed: 0 };
    counted.seen++;
    if (!isSame) counted.differed++;
    this.choices.set(choice, counted);
  }

  private choiceOf(
    compiled: CompiledCall,
    field: AnswerField,
    values: Pair<string | Buffer>,
  ): FreeChoiceName | undefined {
    if (this.isOverlap(compiled, values)) return 'overlap';
    if (this.isReset(compiled, values)) return 'reset';
    return choiceIn(field, values, this.isDropping(compiled));
  }

  /** A reset needs a close; the judge of promises asks on each kernel for its cause. */
  private isReset(compiled: CompiledCall, [a, b]: Pair<string | Buffer>): boolean {
    if (typeof a !== 'string' || typeof b !== 'string' || a === b) return false;
    const isStream = fdsOf(compiled).some((fd) => isLoose(this.files.get(fd)));
    const isEnd = [a, b].every((value) => RESETS.includes(value) || isMoved(value));
    return isStream && isEnd && [a, b].some((value) => RESETS.includes(value)) && this.hasClosed(compiled);
  }

  private hasClosed(compiled: CompiledCall): boolean {
    return this.commandsBefore(compiled).has('close');
  }

  private isOverlap(compiled: CompiledCall, values: Pair<string | Buffer>): boolean {
    const group = this.groups.groupOf(compiled);
    return group !== undefined && this.overlapping.has(group) && values.every((value) => typeof value !== 'string');
  }

  private isDropping(compiled: CompiledCall): boolean {
    return fdsOf(compiled).some((fd) => this.answers.some(({ dropping }) => dropping.has(fd)));
  }

  /** @param answers - null: its bytes in all may differ, too */
  private setApart(compiled: CompiledCall, answers: Pair<CallAnswer> | null): void {
    const group = this.groups.groupOf(compiled);
    if (group === undefined) return;
    const isCut = answers !== null && sendsAlike(answers);
    this.apart.set(group, isCut ? new Totals() : null);
    if (isCut) this.follow(group, compiled, answers);
  }

  /** The bytes in all still say something while both kernels took the same bytes from the senders. */
  private follow(group: number, compiled: CompiledCall, answers: Pair<CallAnswer>): void {
    const totals = this.apart.get(group);
    if (totals === null || totals === undefined) return;
    if (!sendsAlike(answers)) this.apart.set(group, null);
    else totals.add(compiled, answers);
  }

  private noteNotified(compiled: CompiledCall, answers: Pair<CallAnswer>): void {
    for (const side of [0, 1] as const) {
      const { notified } = answers[side];
      if (notified === undefined) continue;
      const noted = this.notified.get(notified.fd) ?? { last: compiled, sends: [new Set(), new Set()] as const };
      for (const send of notified.sends) noted.sends[side].add(send);
      this.notified.set(notified.fd, { ...noted, last: compiled });
    }
  }
}

/** Both answers agree, but for where a stream is cut. */
function sendsAlike([a, b]: Pair<CallAnswer>): boolean {
  if (a.taken !== undefined || b.taken !== undefined) return true;
  const values = [a, b].map(({ fields }) => fields.at(0)?.value);
  return values[0] === values[1];
}
