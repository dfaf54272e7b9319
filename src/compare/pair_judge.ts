import { complaintOf, deathVerdict, nameOwner, observationOf } from '../lockstep/judge';
import type { Answer, Death } from '../lockstep/link';
import { protocolDeath } from '../lockstep/lockstep';
import { firstDifference } from '../lockstep/observation/field_reader';
import { parseSplats } from '../lockstep/splats';
import { stepUntilDeath } from '../lockstep/step_until_death';
import type { ProgramJudge } from '../lockstep/target_judge';
import { printCall } from '../program/print';
import type { Call, Program } from '../program/program';
import { ExecFlag } from '../protocol/exec';
import { runOnModel } from '../session/run_model';
import type { Session } from '../session/session';
import type { Place, Verdict } from '../session/verdict';
import { compareAnswers, isWhole, type PairDifference } from './compare_answers';
import type { Pair } from './pair';
import { PairBatch, type ProgramEnd } from './pair_batch';
import type { PairModels } from './pair_models';
import type { PairTargets } from './pair_targets';

type DeathVerdict = Extract<Verdict, { kind: 'death' }>;

/** The verdict on one program: whether two targets differ in it in a way that their models do not say. */
export interface PairVerdict {
  readonly verdict: Verdict;
  readonly compared: number;
  /** The difference that both models say, and both targets show. */
  readonly explained?: ProgramEnd;
  /** Both targets died of it. */
  readonly bothDied: boolean;
}

/** A program as it was sent to both targets. */
interface Sent {
  readonly program: Program;
  readonly batch: PairBatch;
  readonly executed: readonly { readonly call: Call; readonly place: Place }[];
}

/** Judges programs one by one on two targets. */
export class PairJudge implements ProgramJudge {
  /** Calls whose answers were compared so far. */
  compared = 0;

  constructor(
    private readonly targets: PairTargets,
    private readonly models: PairModels,
    private readonly names: Pair<string>,
  ) {}

  get session(): Session {
    return this.models.first;
  }

  async judge(program: Program): Promise<Verdict> {
    return (await this.judgePair(program)).verdict;
  }

  /** @param until - position of the first call that the targets are not asked to execute */
  async judgePair(program: Program, until = Infinity): Promise<PairVerdict> {
    const sent = this.send(program, until);
    const answers = await this.targets.execute(sent.batch.sides[0].request());
    const deaths = answers.map((answer) => deathIn(sent.batch, answer)) as unknown as Pair<Death | undefined>;
    if (deaths.some((death) => death !== undefined)) return this.judgeDeaths(sent, deaths, until);
    const [a, b] = answers.map(({ words }) => words as Uint32Array);
    const { compared, differences, explained, hasSplats } = compareAnswers(sent.batch, a, b);
    this.compared += compared;
    const splats = hasSplats ? await this.targets.splats() : (['', ''] as const);
    const [difference] = differences;
    if (difference === undefined)
      return { verdict: { kind: 'clean' }, compared, explained: explained.at(0), bothDied: false };
    return { verdict: await this.verdictOf(sent, difference, splats), compared, bothDied: false };
  }

  /** Runs a program on the models, and puts it into a batch of its own. */
  private send(program: Program, until: number): Sent {
    const batch = new PairBatch(this.models);
    const executed: { call: Call; place: Place }[] = [];
    let position = 0;
    let goesOn = true;
    batch.beginProgram(0);
    runOnModel(this.models.first, program, ({ call, outcome, settling }) => {
      const place = { call: position++, command: call.command.name, settling };
      if (!goesOn || outcome < 0 || place.call >= until) return;
      const before = batch.size;
      goesOn = batch.executed(call, settling);
      if (batch.size > before) executed.push({ call, place });
    });
    return { program, batch, executed };
  }

  private async verdictOf(sent: Sent, difference: PairDifference, splats: Pair<string>): Promise<Verdict> {
    const { names } = this;
    const { place } = sent.executed[difference.call];
    switch (difference.kind) {
      case 'splat': {
        const side = difference.on as 0 | 1;
        const complaint = complaintOf(parseSplats(splats[side]).at(0)) ?? { title: 'a splat without a text' };
        return { kind: 'splat', place, ...complaint, text: splats[side], only: names[side] };
      }
      case 'ret': {
        const [a, b] = difference.rets;
        const message = `${names[0]} returns ${a}, ${names[1]} returns ${b}`;
        return { kind: 'divergence', place, field: 'return value', message, between: names };
      }
      case 'digest':
        return this.fieldThatDiffers(sent, difference.call);
    }
  }

  /** Fetches both observations that differ, and names their first field that does. */
  private async fieldThatDiffers({ program, batch, executed }: Sent, position: number): Promise<Verdict> {
    const { names } = this;
    const { call, place } = executed[position];
    const answers = await this.targets.execute(batch.sides[0].request(ExecFlag.Observe, 0, position));
    const common = { kind: 'divergence', place, between: names } as const;
    if (answers.some(({ death }) => death !== undefined)) {
      await this.forgetDead(answers.map(({ death }) => death) as unknown as Pair<Death | undefined>);
      return { ...common, field: 'digest', message: 'the digests differ, and a target dies when asked for its state' };
    }
    const [a, b] = answers.map(({ words }) => observationOf(words as Uint32Array));
    const difference = firstDifference(a, b);
    if (difference === null)
      return { ...common, field: 'digest', message: 'the digests differ once and agree when asked again' };
    const { owner, name, expected, found } = difference;
    return {
      ...common,
      field: `${owner.split(' ')[0]} ${name}`,
      message:
        `${nameOwner(owner, program.names)}: ${name} is ${expected} on ${names[0]}, ${found} on ${names[1]}, ` +
        `after ${printCall(call, program.names)}`,
    };
  }

  /**
   * A target that dies alone is a difference, and so are two that die at different calls. A difference before that is
   * where the trouble began.
   */
  private async judgeDeaths(sent: Sent, deaths: Pair<Death | undefined>, until: number): Promise<PairVerdict> {
    await this.forgetDead(deaths);
    const places = [await this.placeOf(sent, deaths, 0), await this.placeOf(sent, deaths, 1)];
    const [a, b] = places.map((verdict) => verdict?.place?.call ?? Infinity);
    const bothDied = deaths.every((death) => death !== undefined);
    if (bothDied && a === b) return { verdict: { kind: 'clean' }, compared: 0, bothDied };
    const side = a < b || deaths[1] === undefined ? 0 : 1;
    const verdict = places[side] as DeathVerdict;
    const at = Math.min(verdict.place?.call ?? Infinity, until);
    const before = at === Infinity || at >= until ? null : await this.judgePair(sent.program, at);
    if (before !== null && (before.verdict.kind !== 'clean' || before.explained !== undefined)) return before;
    return { verdict: { ...verdict, only: this.names[side] }, compared: 0, bothDied: false };
  }

  /** The call of which a target died: its console names it, or it executes the calls one by one. */
  private async placeOf({ program, executed }: Sent, deaths: Pair<Death | undefined>, side: 0 | 1) {
    const death = deaths[side];
    if (death === undefined) return undefined;
    const verdict = deathVerdict(death, executed);
    if (verdict.place !== null) return verdict;
    const links = await this.targets.links();
    const place = await stepUntilDeath(this.models.first, links[side], program);
    if (place !== null) await this.targets.forget(side);
    return { ...verdict, place };
  }

  private async forgetDead(deaths: Pair<Death | undefined>): Promise<void> {
    if (deaths[0] !== undefined) await this.targets.forget(0);
    if (deaths[1] !== undefined) await this.targets.forget(1);
  }
}

/** The death of a target, or of its answer. */
export function deathIn(batch: PairBatch, answer: Answer): Death | undefined {
  if (answer.death !== undefined) return answer.death;
  if (isWhole(batch, answer.words)) return undefined;
  return protocolDeath(`the target answered ${answer.words.length} words, not one for each call`);
}
