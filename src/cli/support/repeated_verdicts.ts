import { signatureOf, type Verdict } from '../../session/verdict';

/** The verdicts of a program that ran several times. */
export class RepeatedVerdicts {
  runs = 0;
  private readonly bySignature = new Map<string, { count: number; readonly first: Verdict }>();

  add(verdict: Verdict): void {
    this.runs++;
    const signature = signatureOf(verdict);
    const known = this.bySignature.get(signature);
    if (known) known.count++;
    else this.bySignature.set(signature, { count: 1, first: verdict });
  }

  /** The number of runs with each signature, the most frequent first. */
  get counts(): { readonly signature: string; readonly count: number }[] {
    return [...this.bySignature]
      .map(([signature, { count }]) => ({ signature, count }))
      .sort((a, b) => b.count - a.count);
  }

  /** The number of runs that did not end as expected. */
  failed(isExpected: (verdict: Verdict) => boolean): number {
    return [...this.bySignature.values()].reduce((sum, { count, first }) => sum + (isExpected(first) ? 0 : count), 0);
  }

  /** The first verdict that is not as expected; where all are, the first. */
  worst(isExpected: (verdict: Verdict) => boolean): Verdict {
    const firsts = [...this.bySignature.values()].map(({ first }) => first);
    return firsts.find((verdict) => !isExpected(verdict)) ?? firsts[0];
  }
}
