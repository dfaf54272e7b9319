/** The world that a program leaves, and which invariants could fail on it: all that both checks count as evaluated. */
export interface Evaluation {
  readonly what: string;
  readonly program: string;
  /** In the order of the registry, with ', ' between them. */
  readonly evaluated: string;
  readonly profile?: string;
}

export const EVALUATIONS: readonly Evaluation[] = [
  { what: 'nothing', program: '', evaluated: '' },
];
