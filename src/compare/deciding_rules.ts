import { World } from '../model/world/world';
import { Observer } from '../lockstep/observation/observe';
import { hashedHandles } from '../lockstep/batch';
import { executeCall } from '../program/execute';
import type { Call, Program } from '../program/program';
import type { Abi } from '../rules/abi';
import type { Rules } from '../rules/rules';
import type { Pair } from './pair';
import type { ProgramEnd } from './pair_batch';
import type { SideRules } from './pair_models';

/** A rule, or a size of the build, that two targets do not share. */
export interface RuleChange {
  readonly name: string;
  readonly values: Pair<unknown>;
}

/** The rules that decide a difference, and the number of programs in which they do. */
export interface Explanation {
  /** None where no choice of rules turns the answer of the first model into that of the second. */
  readonly changes: readonly RuleChange[];
  /** Programs in which both targets differ as the rules say. */
  explained: number;
  /** Programs in which the models differ and the targets do not. */
  notShown: number;
  /** The call of the first such program. */
  readonly command: string;
  /** The first such program. */
  readonly example: Program;
}

/** The answer of a model to the last call of a program. */
interface ModelAnswer {
  readonly ret: number;
  readonly digest: number;
}

/**
 * Finds the rules by which two models differ in a program: it switches them one by one to the values of the second, and
 * where no single one is enough, it takes all and switches back those that are not needed.
 */
export class DecidingRules {
  readonly changes: readonly RuleChange[];
  private readonly explanations: Explanation[] = [];
  private readonly world: World;
  private readonly observer = new Observer();

  constructor(private readonly sides: Pair<SideRules>) {
    const [a, b] = sides;
    this.changes = [...changesOf(a.profile.rules, b.profile.rules, ''), ...changesOf(a.abi, b.abi, 'abi.')];
    this.world = new World(a.profile.rules, a.abi);
  }

  /** All explanations so far, the most frequent first. */
  get all(): readonly Explanation[] {
    return [...this.explanations].sort((a, b) => b.explained + b.notShown - a.explained - a.notShown);
  }

  /**
   * @param isShown - whether both targets differ as their models do
   * @param programOf - makes the program, which is kept where it is the first of its rules
   */
  count(end: ProgramEnd, isShown: boolean, programOf: () => Program): void {
    const explanation = this.explain(end, programOf);
    if (isShown) explanation.explained++;
    else explanation.notShown++;
  }

  private explain(end: ProgramEnd, programOf: () => Program): Explanation {
    const wanted = this.answerWith(this.changes, end);
    const decides = (changes: readonly RuleChange[]): boolean => isSame(this.answerWith(changes, end), wanted);
    // An explanation that was found before explains most of the others.
    const known = this.all.find(({ changes }) => changes.length > 0 && decides(changes));
    if (known !== undefined) return known;
    const changes = this.fewest(decides, end);
    const same = this.explanations.find((other) => namesOf(other.changes) === namesOf(changes));
    if (same !== undefined) return same;
    const command = end.calls[end.call].command.name;
    const explanation = { changes, explained: 0, notShown: 0, command, example: programOf() };
    this.explanations.push(explanation);
    return explanation;
  }

  /** The rules that decide a difference, without counting it. */
  changesOf(end: ProgramEnd): readonly RuleChange[] {
    const wanted = this.answerWith(this.changes, end);
    return this.fewest((changes) => isSame(this.answerWith(changes, end), wanted), end);
  }

  private fewest(decides: (changes: readonly RuleChange[]) => boolean, end: ProgramEnd): readonly RuleChange[] {
    if (isSame(this.answerWith([], end), this.answerWith(this.changes, end))) return [];
    const single = this.changes.find((change) => decides([change]));
    if (single !== undefined) return [single];
    let changes = this.changes;
    for (const change of this.changes) {
      const fewer = changes.filter((other) => other !== change);
      if (decides(fewer)) changes = fewer;
    }
    return changes;
  }

  /** The first model's answer to the last call, with these rules of the second. Null: the call is not legal then. */
  private answerWith(changes: readonly RuleChange[], { calls }: ProgramEnd): ModelAnswer | null {
    const { profile, abi } = this.sides[0];
    const { world, observer } = this;
    world.reset(changed(profile.rules, changes, ''), changed(abi, changes, 'abi.'));
    for (const call of calls) if (!executes(world, call, profile.name)) return null;
    observer.observe(world, hashedHandles(calls[calls.length - 1]));
    return { ret: world.ret, digest: observer.digest() };
  }
}

function executes(world: World, call: Call, profile: string): boolean {
  try {
    return executeCall(world, call, profile, true) >= 0;
  } catch {
    // A mixture of rules that no kernel has can lead the model into a world that it does not know.
    return false;
  }
}

function isSame(one: ModelAnswer | null, other: ModelAnswer | null): boolean {
  return one === null || other === null ? one === other : one.ret === other.ret && one.digest === other.digest;
}

function changesOf(a: Rules | Abi, b: Rules | Abi, prefix: string): RuleChange[] {
  const of = (record: object): Record<string, unknown> => ({ ...record });
  const [one, other] = [of(a), of(b)];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
    .map((name) => ({ name: `${prefix}${name}`, values: [one[name], other[name]] }));
}

/** The record with the second values of the changes that are about it. */
function changed<T extends Rules | Abi>(record: T, changes: readonly RuleChange[], prefix: string): T {
  const own = changes.filter(({ name }) => (prefix === '' ? !name.startsWith('abi.') : name.startsWith(prefix)));
  if (own.length === 0) return record;
  const values = own.map(({ name, values: [, second] }) => [name.slice(prefix.length), second] as const);
  return { ...record, ...(Object.fromEntries(values) as Partial<T>) };
}

const namesOf = (changes: readonly RuleChange[]): string => changes.map(({ name }) => name).join();
