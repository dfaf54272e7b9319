import { parseProgram } from '../program/parse';
import { ModelCoverage } from './coverage';
import { FeatureMeter, type Reached } from './measure_features';

/** A few programs at a time, as text. */
export interface MeasureJob {
  readonly texts: readonly string[];
}

/** Runs in a process of its own, with counters in the model: what the programs of each message reach. */
const meter = new FeatureMeter(ModelCoverage.ofThisProcess());

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', ({ texts }: MeasureJob) => {
  const reached: Reached[] = texts.map((text) => meter.reachedBy(parseProgram(text, 'kept program')));
  process.send?.(reached);
});
