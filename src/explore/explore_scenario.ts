import type { SmallScope } from '../generate/small_scope';
import { Settler } from '../generate/settle';
import { generatedName } from '../program/names';
import type { Call, Program } from '../program/program';
import type { Kind } from '../model/world/world';
import type { Session } from '../session/session';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { stateOf } from './state_key';
import { StateGraph } from './state_graph';

/** Limits that end an exploration early. */
interface ExploreLimits {
  /** Calls of a program before settle. */
  readonly depth: number;
  readonly states: number;
}

interface ExploreHooks {
  /** Called right after each call, while the world is as the call left it. */
  readonly onExecuted?: (call: Call) => void;
  /** Called after every program, when the session has judged it; true ends the exploration. */
  readonly onProgram?: (program: () => Program) => boolean;
  /** Treats states that are met again as new ones. Tests use it, to show that the search loses nothing without it. */
  readonly forgetful?: boolean;
}

/** A finding with the first program that shows it, so that no program of this scope is shorter. */
export interface ShortestFinding extends ShortestResult {
  readonly program: Program;
}

/** The finding without its program. */
export interface ShortestResult {
  readonly verdict: Verdict;
  readonly signature: string;
  /** The verdict as one line for people. */
  readonly sentence: string;
  /** The number of calls tried that end this way. */
  readonly count: number;
}

/** The totals of an exploration. */
export interface ScenarioExploration extends ScenarioTotals {
  /**
   * Sequences of calls that were covered, up to the depth that was asked for, or up to the depth where the exploration
   * stopped.
   */
  readonly programs: bigint;
  readonly findings: readonly ShortestFinding[];
}

/** The numbers of an exploration that JSON can hold. */
export interface ScenarioTotals {
  /** Different worlds, the empty one included. */
  readonly states: number;
  /** By number of calls from the empty world: states met first at this depth. */
  readonly statesByDepth: readonly number[];
  /** Calls tried that led to a state met before. */
  readonly metAgain: number;
  /** Calls tried, each on the shortest program to its state. */
  readonly tried: number;
  /** All programs of up to this number of calls were tried. */
  readonly depth: number;
  /** `exhausted` when all of the depth was tried, else the reason for the end. */
  readonly end: 'exhausted' | 'states' | 'time' | 'stopped' | 'running';
  /** Calls that the model's own limits cut off. */
  readonly limited: number;
}

const SETTLE_SEED = 0;

/**
 * Tries every call that the scope offers in every state, breadth first: states in the order in which they were met. A
 * state is reached by running its shortest program again, because worlds are not kept.
 */
export class ExploreScenario {
  private readonly graph = new StateGraph();
  private readonly seen = new Map<string, number>();
  private readonly found = new Map<string, { program: Program; verdict: Verdict; count: number }>();
  private readonly settler = new Settler();
  tried = 0;
  private metAgain = 0;
  private limited = 0;
  private end: ScenarioExploration['end'] = 'running';
  /** The state whose calls are being tried. */
  private from = -1;
  /** Its calls that are left, in reverse. */
  private left: Call[] = [];
  private path: readonly Call[] = [];

  constructor(
    private readonly scope: SmallScope,
    private readonly session: Session,
    private readonly limits: ExploreLimits,
    private readonly hooks: ExploreHooks = {},
  ) {
    session.begin();
    this.seen.set(stateOf(session.world).key, this.graph.add(-1, null));
  }

  /**
   * Tries this number of further calls.
   * @returns false when the exploration is over
   */
  slice(calls: number): boolean {
    const until = this.tried + calls;
    while (this.end === 'running' && this.tried < until) {
      const call = this.left.pop();
      if (call === undefined) this.nextState();
      else this.one(call);
    }
    return this.end === 'running';
  }

  stop(why: 'time' | 'stopped' = 'stopped'): void {
    if (this.end === 'running') this.end = why;
  }

  get states(): number {
    return this.graph.size;
  }

  /** The depth that is being explored. */
  get working(): number {
    return this.from < 0 ? 0 : this.graph.depthOf(this.from) + 1;
  }

  result(): ScenarioExploration {
    const { graph, limits, tried, limited, metAgain } = this;
    const depth = this.end === 'exhausted' ? limits.depth : Math.max(this.working - 1, 0);
    // Without a limit of depth the sequences never end.
    const counted = this.end === 'exhausted' && Number.isFinite(limits.depth) ? limits.depth : this.working;
    return {
      states: graph.size,
      statesByDepth: graph.byDepth(),
      metAgain,
      tried,
      programs: graph.sequences(counted),
      depth,
      end: this.end,
      limited,
      findings: [...this.found].map(([signature, finding]) => ({
        signature,
        sentence: sentenceOf(finding.verdict),
        ...finding,
      })),
    };
  }

  /** The shortest program to a state, by the state's position, for callers that want to see its world. */
  pathOf(state: number): readonly Call[] {
    return this.graph.pathOf(state);
  }

  private nextState(): void {
    const next = this.from + 1;
    if (next >= this.graph.size || this.graph.depthOf(next) >= this.limits.depth) {
      this.end = 'exhausted';
      return;
    }
    this.from = next;
    this.path = this.graph.pathOf(next);
    this.session.begin();
    for (const call of this.path) this.session.executeDrawn(call);
    const named = this.path.filter(({ result }) => result >= 0).length;
    this.left = this.scope.callsIn(this.session.world, named).reverse();
  }

  private one(call: Call): void {
    const { session, hooks } = this;
    this.tried++;
    session.begin();
    for (const before of this.path) this.execute(before);
    this.execute(call);
    if (!session.failed) this.meet(call);
    const program = (): Program => programOf(this.scope, [...this.path, call]);
    if (session.verdict.kind === 'limit') this.limited++;
    else if (session.failed) this.fail(program);
    if (hooks.onProgram?.(program) === true) this.stop();
  }

  private meet(call: Call): void {
    const { graph, session, from } = this;
    const { key } = stateOf(session.world);
    const known = this.hooks.forgetful === true ? undefined : this.seen.get(key);
    if (known !== undefined) {
      this.metAgain++;
      graph.lead(from, known);
      return;
    }
    if (graph.size >= this.limits.states) {
      this.end = 'states';
      this.tried--;
      return;
    }
    // A state counts even when settling from it fails: its other calls are still tried.
    const state = graph.add(from, call);
    graph.lead(from, state);
    this.seen.set(key, state);
    this.settler.begin(SETTLE_SEED);
    session.settle(this.settler, this.hooks.onExecuted);
  }

  private execute(call: Call): void {
    if (this.session.executeDrawn(call) >= 0) this.hooks.onExecuted?.(call);
  }

  private fail(program: () => Program): void {
    const { verdict } = this.session;
    const signature = signatureOf(verdict);
    const settling = verdict.kind === 'violation' && verdict.place.settling;
    if (!settling) this.graph.fail(this.from);
    const known = this.found.get(signature);
    if (known === undefined) this.found.set(signature, { program: program(), verdict, count: 1 });
    else known.count++;
  }
}

function programOf({ profile }: SmallScope, calls: readonly Call[]): Program {
  const counts = new Map<Kind, number>();
  const names: string[] = [];
  for (const { command, result } of calls) {
    if (result < 0) continue;
    const kind = command.result as Kind;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    names.push(generatedName(kind, count));
  }
  return { profile, calls, names };
}

/** Runs a whole exploration. */
export function exploreScenario(
  scope: SmallScope,
  session: Session,
  limits: ExploreLimits,
  hooks: ExploreHooks = {},
): ScenarioExploration {
  const exploration = new ExploreScenario(scope, session, limits, hooks);
  while (exploration.slice(1_000_000));
  return exploration.result();
}
