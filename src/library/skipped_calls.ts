import { callLines } from '../program/call_lines';
import { printCall } from '../program/print';
import type { Program } from '../program/program';
import { NamesTaken, whySkipped } from '../program/why_skipped';
import type { World } from '../model/world/world';
import type { Step } from '../session/run_model';
import type { SkippedCall } from '../report/documents/program_document';

/** Collects the calls of a program that a run skips. */
export class SkippedCalls {
  readonly all: SkippedCall[] = [];
  private readonly lines: readonly number[];
  private readonly taken = new NamesTaken();
  private position = 0;

  /** @param text - the program's file */
  constructor(
    private readonly world: World,
    private readonly program: Program,
    text: string,
  ) {
    this.lines = callLines(text);
  }

  /** Called after each step of the run, while the world is as the step left it. */
  onStep({ call, outcome, settling }: Step): void {
    if (settling) return;
    const { world, program, taken, lines } = this;
    const position = this.position++;
    if (outcome < 0) {
      const why = whySkipped(world, program, call, outcome, taken, (at) => lines[at]);
      this.all.push({ line: lines[position], call: printCall(call, program.names), why });
    }
    taken.after(world, position);
  }
}
