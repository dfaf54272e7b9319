import type { Program } from '../program/program';
import { runOnModel } from '../session/run_model';
import { PairBatch, type ProgramEnd } from './pair_batch';
import type { PairModels } from './pair_models';

/** The place where two models differ in a program; undefined: they do not. */
export function endOf(models: PairModels, program: Program): ProgramEnd | undefined {
  const batch = new PairBatch(models);
  let goesOn = true;
  batch.beginProgram(0);
  runOnModel(models.first, program, ({ call, outcome, settling }) => {
    if (goesOn && outcome >= 0) goesOn = batch.executed(call, settling);
  });
  return batch.ends.at(0);
}
