/** One measured case: returns the number of commands that it executed. */
export interface Case {
  readonly name: string;
  /** The meaning of the figure, in one line. */
  readonly title: string;
  round(): number | Promise<number>;
}

/** The results of a case, over all rounds. */
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
 * Measures cases in turns, round by round, so that other work of the machine affects all of them. Compare only ratios
 * of two figures of one run.
 */
export async function measure(cases: readonly Case[], rounds: number): Promise<Measured[]> {
  const rates = cases.map((): number[] => []);
  // The first round warms the compiler up and does not count.
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
