import { isHandleArg } from '../commands/arg_range';
import { isAvailable } from '../commands/available';
import type { Command } from '../commands/command';
import type { CommandName } from '../commands/command_name';
import { LEFT_FROM, type NamedArgs } from '../commands/arg';
import { kindBit } from './live_kinds';
import type { Random } from './random';
import type { Scenario } from './scenario';
import { Sums } from './sums';

const USUAL_WEIGHT = 8;
/** After PICKS_MAX picks of commands for which no object lives, the swarm picks among those that need none. */
const PICKS_MAX = 24;
/** Eighths of the commands that a program leaves out: each program draws one of these. */
const LEFT_OUT_EIGHTHS = [0, 0, 0, 1, 2, 3];
/** Powers of two by which weights differ between programs: of a system, of a command. */
const SYSTEM_POWERS = 4;
const COMMAND_POWERS = 3;
/** Eighths of the calls that are a usual successor of the call before: each program draws one of these. */
const FOLLOW_EIGHTHS = [4, 5, 6, 6, 7];
/** The median of them, for programs that draw nothing. */
const FOLLOW_EVEN = 6;

/** A command as the generator sees it. */
export interface Choice {
  readonly command: Command;
  /** Position of the command's system in the swarm's. */
  readonly system: number;
  /** Scratch for the arguments while they are drawn, since most draws are fruitless. */
  readonly drawn: NamedArgs;
  /** The arguments are blanked before a draw. Other draws set them all, if they succeed. */
  readonly blanks: boolean;
  /** Arguments that were drawn in vain are stored too: see isLeftFromLongerDraw. */
  readonly leaves: boolean;
  /** Bits of the kinds of which the command needs an object. */
  readonly needs: number;
  readonly weight: number;
  /**
   * The command makes objects from nothing or from objects of another kind. Programs never leave such commands out,
   * since other commands need their objects.
   */
  readonly creates: boolean;
  /** Positions of the choices that usually come next. */
  readonly follows: readonly number[];
}

/**
 * The commands that a program draws from, and their weights: each seed has a subset and weights of its own, so programs
 * differ in kind and not only in order (swarm testing, as in TigerBeetle's random_enum_weights).
 */
export class Swarm {
  private readonly choices: readonly Choice[];
  /** `needs` by position of the choice, as flat numbers: picks are a tenth of a search. */
  private readonly needs: Int32Array;
  /** Positions of the choices by opcode, -1: none. A map of objects would be slow, and each call asks for one. */
  private readonly positions: Int32Array;
  private readonly systemPowers: number[];
  /** By position of the choice: the sum of the weights up to and with it. */
  private readonly sums: Sums;
  private readonly rootSums: Sums;
  private follow = 0;

  /** @param drawn - for the arguments of a draw */
  constructor(scenario: Scenario, profile: string, drawn: number[]) {
    const commands = scenario.commands.filter((command) => isAvailable(command, profile));
    const systems = [...new Set(commands.map((command) => command.system))];
    this.choices = commands.map((command) =>
      choiceOf(command, systems.indexOf(command.system), commands, scenario, drawn),
    );
    this.needs = Int32Array.from(this.choices, ({ needs }) => needs);
    this.positions = new Int32Array(1 + Math.max(...commands.map(({ opcode }) => opcode))).fill(-1);
    commands.forEach(({ opcode }, position) => (this.positions[opcode] = position));
    this.systemPowers = systems.map(() => 0);
    this.sums = new Sums(commands.length);
    this.rootSums = new Sums(commands.length);
  }

  /** Draws the subset and the weights of one program. */
  draw(random: Random): void {
    const leftOut = LEFT_OUT_EIGHTHS[random.below(LEFT_OUT_EIGHTHS.length)];
    this.follow = FOLLOW_EIGHTHS[random.below(FOLLOW_EIGHTHS.length)];
    for (let i = 0; i < this.systemPowers.length; i++) this.systemPowers[i] = random.below(SYSTEM_POWERS);
    this.addUp(({ system, creates, weight }) => {
      const power = this.systemPowers[system] + random.below(COMMAND_POWERS);
      return random.below(8) >= leftOut || creates ? weight << power : 0;
    });
  }

  /** Takes all commands, at the weights of the scenario. */
  even(): void {
    this.follow = FOLLOW_EVEN;
    this.addUp(({ weight }) => weight);
  }

  /**
   * @param last - position of the choice before, -1: none
   * @param live - bits of the kinds of which an object lives
   * @returns the position of a choice whose kinds all live
   */
  pick(random: Random, last: number, live: number): number {
    if (last >= 0 && random.below(8) < this.follow) {
      const { follows } = this.choices[last];
      const next = follows.length > 0 ? follows[random.below(follows.length)] : -1;
      if (next >= 0 && this.sums.has(next) && (this.needs[next] & ~live) === 0) return next;
    }
    for (let i = 0; i < PICKS_MAX; i++) {
      const position = this.sums.draw(random);
      if ((this.needs[position] & ~live) === 0) return position;
    }
    return this.rootSums.draw(random);
  }

  /** Returns the positions of the commands of these names that the swarm has. */
  positionsOf(names: readonly CommandName[]): number[] {
    return this.choices.flatMap(({ command }, position) => (names.includes(command.name) ? [position] : []));
  }

  /** Returns -1 where the scenario, or the profile, does not have the command. */
  positionOf(command: Command): number {
    return this.positions[command.opcode] ?? -1;
  }

  has(command: Command): boolean {
    return this.positionOf(command) >= 0;
  }

  choice(position: number): Choice {
    return this.choices[position];
  }

  private addUp(weightOf: (choice: Choice) => number): void {
    let sum = 0;
    let rootSum = 0;
    for (let i = 0; i < this.choices.length; i++) {
      sum += weightOf(this.choices[i]);
      if (this.choices[i].needs === 0) rootSum += this.choices[i].weight;
      this.sums.upTo[i] = sum;
      this.rootSums.upTo[i] = rootSum;
    }
    this.sums.index();
    this.rootSums.index();
  }
}

function choiceOf(
  command: Command,
  system: number,
  commands: readonly Command[],
  scenario: Scenario,
  drawn: number[],
): Choice {
  const follows = scenario.follows[command.name] ?? [];
  let needs = 0;
  for (const arg of command.args) {
    if (!isHandleArg(arg) || arg.optional === true) continue;
    needs |= kindBit(arg.type);
  }
  const leaves = command.args.length > LEFT_FROM;
  return {
    command,
    system,
    drawn: command.drawnArgs(drawn),
    blanks:
      leaves || command.args.some((arg) => (!isHandleArg(arg) ? arg.default !== undefined : arg.optional === true)),
    leaves,
    needs,
    weight: scenario.weights[command.name] ?? USUAL_WEIGHT,
    creates: command.result !== undefined && command.args.every((arg) => arg.type !== command.result),
    follows: follows
      .map((name) => commands.findIndex((other) => other.name === name))
      .filter((position) => position >= 0),
  };
}
