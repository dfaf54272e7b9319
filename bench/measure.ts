/** One thing that is measured: returns how many commands it executed. */
export interface Case {
  readonly name: string;
  /** What the figure is, in one line. */
  readonly title: string;
  round(): number | Promise<number>;
}

/** What a case did, over all rounds. */
export interface Measured {
  readonly name: string;
  readonly title: string;
  /** Commands per second: the median round, and the quartiles. */
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly rounds: number;
}

/**
 * Measure cases in turns, round by round, so that whatever else the machine does meets all of them: what counts is the
 * ratio of two figures of one run.
 */
export async function measure(cases: readonly Case[], rounds: number): Promise<Measured[]> {
  const rates = cases.map((): number[] => []);
  // The first round warms the compiler up and is not counted.
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < cases.length; i++) {
      const start_ms = performance.now();
      const commands = await cases[i].round();
      if (round >= 0) rates[i].push((commands * 1000) / (performance.now() - start_ms));
    }
  }
  return cases.map(({ name, title }, i) => {
    const sorted = rates[i].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return { name, title, median: at(0.5), lower: at(0.25), upper: at(0.75), rounds };
  });
}
