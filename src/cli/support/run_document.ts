import { foundOn } from '../../search/found_on';
import { printCall, printCallLines } from '../../program/print';
import type { RunDocument } from '../../report/documents/program_document';
import { outcomeText } from '../../session/session';
import { sentenceOf, signatureOf } from '../../session/verdict';
import type { Step } from '../../session/run_model';
import { whyOf } from '../../why/why';
import { isExpected, type Ran } from './ran';

/**
 * @param target - on which it ran
 * @param repeated - it was asked to run several times
 */
export function runDocument(ran: Ran, target: string, repeated: boolean): RunDocument {
  const { file, program, conditions, counts, skipped, verdict, steps } = ran;
  const lines = printCallLines(program);
  const other = foundOn(program, target);
  let position = 0;
  const why = whyOf(ran.session, program, verdict);
  return {
    ...{ file, profile: program.profile, target },
    ...(other === undefined ? {} : { foundOn: other }),
    ...(conditions.mutant === undefined ? {} : { mutant: conditions.mutant.id }),
    ...(program.expect === undefined ? {} : { expect: program.expect }),
    isExpected: isExpected(ran),
    ...counts,
    ...(repeated ? repeatsOf(ran) : {}),
    skippedCalls: skipped,
    signature: signatureOf(verdict),
    sentence: sentenceOf(verdict),
    verdict,
    ...(why === null ? {} : { why }),
    steps: steps.map((step, at) => ({
      call: step.settling ? printCall(step.call, program.names) : lines[position++],
      outcome: answerTo(ran, step, at) ?? outcomeText(step.call, step.outcome),
      settling: step.settling,
      ...(step.during === undefined ? {} : { during: step.during }),
    })),
  };
}

/** The kernel's answer to a call of user space; undefined: the model executed or skipped it. */
export function answerTo({ answers }: Pick<Ran, 'answers'>, { outcome }: Step, at: number): string | undefined {
  if (answers === undefined || outcome < 0) return undefined;
  return answers.get(at) ?? 'no answer';
}

function repeatsOf({ program, verdicts }: Ran): Pick<RunDocument, 'runs' | 'failed' | 'verdicts'> {
  const failed = verdicts.failed((verdict) => isExpected({ program, verdict }));
  return { runs: verdicts.runs, failed, verdicts: verdicts.counts };
}
