import type { Command } from '../commands/command';
import type { Random } from './random';
import type { Scenario } from './scenario';

const SLOTS = 512;
const USUAL_WEIGHT = 8;
/** One command in this many is left out of a program. */
const LEFT_OUT_ONE_OF = 5;

/**
 * Which commands a program draws from, and how often each: a subset and weights of its own for every seed, so that
 * programs differ in kind and not only in order (swarm testing, as in TigerBeetle's random_enum_weights).
 */
export class Swarm {
  private readonly slots: Command[] = [];
  private readonly commands: readonly Command[];
  private readonly base: readonly number[];
  private readonly weights: number[];

  constructor(scenario: Scenario, profile: string) {
    this.commands = scenario.commands.filter((command) => command.profiles === undefined || command.profiles.includes(profile));
    this.base = this.commands.map((command) => scenario.weights[command.name] ?? USUAL_WEIGHT);
    this.weights = this.commands.map(() => 0);
  }

  /** Draw the subset and the weights of one program. */
  draw(random: Random): void {
    let total = 0;
    for (let i = 0; i < this.commands.length; i++) {
      // What makes objects stays, or there would be nothing to work on.
      const kept = this.commands[i].result !== undefined || random.below(LEFT_OUT_ONE_OF) !== 0;
      this.weights[i] = kept ? this.base[i] << random.below(4) : 0;
      total += this.weights[i];
    }
    this.slots.length = 0;
    for (let i = 0; i < this.commands.length; i++) {
      const share = Math.ceil((this.weights[i] * SLOTS) / total);
      for (let n = 0; n < share; n++) this.slots.push(this.commands[i]);
    }
  }

  pick(random: Random): Command {
    return this.slots[random.below(this.slots.length)];
  }
}
