import type { Profile } from '../rules/profiles';
import type { Abi } from '../rules/abi';
import type { Call } from '../program/program';
import { Session } from '../session/session';
import type { Pair } from './pair';

/** The rules and sizes of one target. */
export interface SideRules {
  readonly profile: Profile;
  /** As the target states them. */
  readonly abi: Abi;
}

/** The conditions under which both models run the programs. */
export interface PairConditions {
  readonly abuse?: boolean;
  readonly provoke?: boolean;
}

/**
 * The models of two targets. The first decides which calls are legal and is what a generator sees. The second is there
 * only where rules or sizes differ: it says where a program stops being the same on both. The invariants are not
 * checked: the model's own mistakes are not the subject of a comparison.
 */
export class PairModels {
  readonly first: Session;
  /** Null where the rules and sizes are the same. */
  readonly second: Session | null;

  constructor(
    readonly sides: Pair<SideRules>,
    { abuse = false, provoke = false }: PairConditions = {},
  ) {
    const [a, b] = sides.map(
      ({ profile: { name, rules }, abi }) => new Session({ profile: name, rules, abi, abuse, provoke, checks: false }),
    );
    this.first = a;
    this.second = isSame(sides) ? null : b;
  }

  /** Starts the next program of the second model. The first is begun by what executes calls on it. */
  begin(): void {
    this.second?.begin();
  }

  /** Executes on the second model a call that the first has executed. Returns false when it is not legal there. */
  follow(call: Call, settling: boolean): boolean {
    return this.second === null || this.second.execute(call, settling) >= 0;
  }
}

function isSame([a, b]: Pair<SideRules>): boolean {
  const text = ({ profile: { rules }, abi }: SideRules): string => JSON.stringify([sorted(rules), sorted(abi)]);
  return text(a) === text(b);
}

const sorted = (record: object): [string, unknown][] =>
  Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
