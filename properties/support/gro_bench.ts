import type { Napi } from '../../src/model/structs/napi';
import type { SkBuff } from '../../src/model/structs/sk_buff';
import { World } from '../../src/model/world/world';
import { executeCall } from '../../src/program/execute';
import type { Profile } from '../../src/rules/profiles';
import { programOf } from './model';

const IN_POLL = /^((\w+ = )?(napi_(gro|get|add|free)_\w+|gro_\w+|rx_\w+|jiffies_pass)\(.*)\)$/;

/** Calls that NAPI polls make run in softirq. */
export function text(lines: string): string {
  const calls = lines.split('\n').map((line) => line.trim().replace(IN_POLL, '$1, context: softirq)'));
  return `${calls.filter((line) => line !== '').join('\n')}\n`;
}

/** A program of GRO after its run on the model: the outcome of each call, and the objects of its names. */
export class Ran {
  readonly world: World;
  readonly outcomes: string[] = [];
  private readonly names: readonly string[];

  constructor(profile: Profile, lines: string) {
    this.world = new World(profile.rules, profile.abi);
    const { calls, names } = programOf(profile, text(lines));
    this.names = names;
    for (const call of calls) {
      const outcome = executeCall(this.world, call, profile.name, false);
      this.outcomes.push(outcome < 0 ? `skipped ${call.command.name}` : call.command.outcomes[outcome]);
    }
  }

  object(name: string): unknown {
    return this.world.handles[this.names.indexOf(name)]?.object;
  }

  skb(name: string): SkBuff {
    return this.object(name) as SkBuff;
  }

  napi(): Napi {
    return this.object('napi1') as Napi;
  }

  /** The only held packet. */
  held(): SkBuff {
    const held = this.napi().groHash.flatMap(({ list }) => list);
    expect(held).toHaveLength(1);
    return held[0];
  }

  last(): string {
    return this.outcomes[this.outcomes.length - 1];
  }

  /** 16 bits in network order at `offset` of the linear part. */
  read16(skb: SkBuff, offset: number): number {
    return this.world.memory.view.getUint16(skb.data.head + skb.dataOffset + offset);
  }

  /** One's complement sum of the words in [from, to) of the linear part, plus `more`. */
  sum(skb: SkBuff, from: number, to: number, more = 0): number {
    let sum = more;
    for (let at = from; at < to; at += 2) sum += this.read16(skb, at);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return sum;
  }
}
