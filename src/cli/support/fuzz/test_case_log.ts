import { closeSync, openSync, writeSync } from 'node:fs';
import { printProgram } from '../../../program/print';
import type { Program } from '../../../program/program';
import { testCase } from '../../../report/test_case';
import { runOnModel } from '../../../session/run_model';
import type { Session } from '../../../session/session';
import { sentenceOf, signatureOf } from '../../../session/verdict';
import { UnwrittenError } from '../writable';

/** The file of `fuzz --log`: a line of JSON for each program of a search. */
export class TestCaseLog {
  private readonly descriptor: number;
  private readonly runStart_s = Date.now() / 1000;

  /**
   * @param property - what is searched, for people
   * @param session - runs each program once more, to see its calls one by one
   * @throws UnwrittenError
   */
  constructor(
    private readonly file: string,
    private readonly property: string,
    private readonly session: Session,
  ) {
    this.descriptor = this.written(() => openSync(file, 'w'));
  }

  /** @throws UnwrittenError */
  add(program: Program): void {
    const start_ms = performance.now();
    const { verdict, steps } = runOnModel(this.session, program);
    const line = testCase({
      run_start: this.runStart_s,
      property: this.property,
      seed: program.seed as string,
      seconds: (performance.now() - start_ms) / 1000,
      text: printProgram(program),
      kind: verdict.kind,
      reason: `${signatureOf(verdict)}: ${sentenceOf(verdict)}`,
      steps,
    });
    this.written(() => writeSync(this.descriptor, `${JSON.stringify(line)}\n`));
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private written<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      throw new UnwrittenError(this.file, error);
    }
  }
}
