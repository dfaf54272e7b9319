import type { CompiledCall, CompiledProgram } from '../../outside/compile';
import { fdsOf } from '../../outside/answers/descriptors';

/** All links, their routes, and the sockets that talk over them. */
const LINKS = -1;

/**
 * Files of a program that have to do with each other, because one call names both: the two ends of a connection, a
 * socket and the pipe that its bytes go to. An answer about a file can depend on any file of its group, and on no
 * other.
 */
export class FileGroups {
  private readonly above = new Map<number, number>();

  constructor(program: CompiledProgram) {
    for (const call of program.calls) {
      const [first, ...rest] = membersOf(call);
      for (const other of rest) this.join(first, other);
    }
  }

  /** The group of a call; undefined: it names no file. */
  groupOf(call: CompiledCall): number | undefined {
    const [first] = membersOf(call);
    return first === undefined ? undefined : this.rootOf(first);
  }

  private rootOf(member: number): number {
    const above = this.above.get(member) ?? member;
    return above === member ? member : this.rootOf(above);
  }

  private join(one: number, other: number): void {
    this.above.set(this.rootOf(other), this.rootOf(one));
  }
}

function membersOf(compiled: CompiledCall): number[] {
  const { call, made } = compiled;
  const names = [...fdsOf(compiled), ...(made === null ? [] : [call.result])];
  const isOfLinks = call.command.args.some(({ type }) => type === 'link') || call.command.result === 'link';
  return isOfLinks || made?.isOverLink === true ? [...names, LINKS] : names;
}
