import type { Step } from '../session/run_model';
import type { Verdict } from '../session/verdict';

/**
 * One program of a search as a line of JSON, in the format of Hypothesis's observability ("Observability", in the
 * documentation of Hypothesis 6), which Tyche and other viewers read.
 */
export interface TestCase {
  readonly type: 'test_case';
  /** Seconds since 1970 at which the search began. */
  readonly run_start: number;
  /** `core on model (linux-6.12)`. */
  readonly property: string;
  readonly status: 'passed' | 'failed' | 'gave_up';
  /** The signature and sentence of a failure; else empty. */
  readonly status_reason: string;
  /** The program's text. */
  readonly representation: string;
  /** The token that generates it again. */
  readonly arguments: { readonly seed: string };
  readonly how_generated: string;
  /** By `command: outcome`: calls. */
  readonly features: Readonly<Record<string, number>>;
  readonly coverage: null;
  readonly timing: { readonly execute: number };
  /** By `command > command`: calls of the second that came right after one of the first. */
  readonly metadata: { readonly pairs: Readonly<Record<string, number>> };
}

/** The part of a test case that its search knows. */
export interface TestCaseSource {
  readonly run_start: number;
  readonly property: string;
  readonly seed: string;
  readonly seconds: number;
  readonly text: string;
  readonly kind: Verdict['kind'];
  /** Signature and sentence of the verdict. */
  readonly reason: string;
  /** Of the program and of its settling, in their order. */
  readonly steps: readonly Step[];
}

const STATUS: Partial<Record<Verdict['kind'], TestCase['status']>> = { clean: 'passed', limit: 'gave_up' };

export function testCase({ run_start, property, seed, seconds, text, kind, reason, steps }: TestCaseSource): TestCase {
  const executed = steps.filter(({ outcome, settling }) => outcome >= 0 && !settling);
  const status = STATUS[kind] ?? 'failed';
  return {
    type: 'test_case',
    run_start,
    property,
    status,
    status_reason: status === 'failed' ? reason : '',
    representation: text,
    arguments: { seed },
    how_generated: `at random, by --seed ${seed}`,
    features: countsOf(executed.map(({ call, outcome }) => `${call.command.name}: ${call.command.outcomes[outcome]}`)),
    coverage: null,
    timing: { execute: seconds },
    metadata: {
      pairs: countsOf(
        executed.slice(1).map(({ call }, i) => `${executed[i].call.command.name} > ${call.command.name}`),
      ),
    },
  };
}

function countsOf(labels: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
