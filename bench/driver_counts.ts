import { TOLD_VERDICTS } from '../src/commands/outside/abi/bpf/xdp_told';
import type { Judgement } from '../src/outside/judge_program';

/** Counts of the calls of programs with a driver. */
export interface DriverCounts {
  programs: number;
  /** Frames that programs sent, those of them that met an XDP program for certain, and those that were received. */
  sent: number;
  met: number;
  received: number;
  /** By what a frame says, those that met a program for certain. */
  readonly verdicts: Record<string, number>;
  /** By command: calls that the kernel carried out, and calls that it refused. */
  readonly done: Record<string, number>;
  readonly refused: Record<string, number>;
  /** By promise: how often it was asked whether it is kept. */
  readonly asked: Record<string, number>;
}

export const noCounts = (): DriverCounts => ({
  ...{ programs: 0, sent: 0, met: 0, received: 0 },
  ...{ verdicts: Object.fromEntries(TOLD_VERDICTS.map((name) => [name, 0])), done: {}, refused: {}, asked: {} },
});

const more = (table: Record<string, number>, name: string, by = 1): void => {
  table[name] = (table[name] ?? 0) + by;
};

/** Adds one judged program. */
export function count(counts: DriverCounts, { history, returns }: Pick<Judgement, 'history' | 'returns'>): void {
  counts.programs++;
  for (const { verdict, meets, arrived } of history.wire.sent) {
    counts.sent++;
    if (arrived) counts.received++;
    if (meets !== 'yes') continue;
    counts.met++;
    more(counts.verdicts, verdict);
  }
  for (const { compiled, ret } of returns) more(ret < 0 ? counts.refused : counts.done, compiled.call.command.name);
  for (const [name, times] of history.asked) if (times > 0) more(counts.asked, name, times);
}
