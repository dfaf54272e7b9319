import { groupsOf, type Group } from '../generate/slice';
import type { World } from '../model/world/world';
import { handlesAreLive } from '../program/execute';
import type { Call, Program } from '../program/program';

/** Gives the calls of an earlier program one by one. Calls that are not legal in this world are left out. */
export class ProgramReplay {
  readonly calls: Call[] = [];
  beside: readonly Call[] = [];
  private groups: readonly Group[] = [];
  private at = 0;
  private of: Program | null = null;

  begin(program: Program): void {
    this.of = program;
    this.groups = groupsOf(program);
    this.at = 0;
    this.calls.length = 0;
  }

  /** The next legal call, with the second CPU's calls in `beside`; null at the end. Sets the world's context. */
  next(world: World): Call | null {
    while (this.at < this.groups.length) {
      const [call, ...beside] = this.groups[this.at++];
      world.context = call.context;
      const { command, args } = call;
      if (!handlesAreLive(world, command, args) || !command.applies(world, command.argsOf(args))) continue;
      this.beside = beside;
      this.calls.push(call, ...beside);
      return call;
    }
    return null;
  }

  /** The program of the calls given so far, without a token. */
  program(): Program {
    const { profile, names } = this.of as Program;
    return { profile, names, calls: [...this.calls] };
  }
}
