import { parseProgram } from '../program/parse';
import { ModelCoverage } from './coverage';
import { FeatureMeter, type Reached } from './measure_features';

/** A batch of programs, as text. */
export interface MeasureJob {
  readonly texts: readonly string[];
}

/** Runs in a process of its own, with counters in the model. Answers each message with the features of its programs. */
const meter = new FeatureMeter(ModelCoverage.ofThisProcess());

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', ({ texts }: MeasureJob) => {
  const reached: Reached[] = texts.map((text) => meter.reachedBy(parseProgram(text, 'kept program')));
  process.send?.(reached);
});
