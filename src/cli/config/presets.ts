/** Values of options by their names without dashes, or values for one command, by its words: `kernel build`. */
export interface Layer {
  readonly [optionOrCommand: string]: unknown;
}

/** The presets that every installation has. A file can have others, or replace these. */
export const PRESETS: Readonly<Record<string, Layer>> = {
  /** Fits into a job that people wait for. */
  ci: {
    fuzz: { time: '2m', findings: 3 },
    campaign: { time: '10m' },
    explore: { depth: 2, time: '2m' },
    run: { strict: true },
    mutants: { trials: 3, 'give-up': 1, reduce: 0 },
  },
  /** A night of a machine that has nothing else to do. */
  nightly: {
    fuzz: { time: '1h' },
    campaign: { time: '8h' },
    explore: { depth: 4, time: '1h' },
    run: { strict: true },
  },
  /** Before a release, or for a patch series that changes the core. */
  thorough: {
    fuzz: { time: '8h', findings: 100 },
    campaign: { time: '48h' },
    explore: { depth: 5, 'max-states': 10_000_000 },
    run: { strict: true },
    mutants: { trials: 30 },
  },
};
