import { historyText, answerText } from '../../report/history_text';
import type { HistoryDocument } from '../../report/documents/history_document';
import { kernelProfile } from '../../rules/kernel_profile';
import { askKernel, type HistoryAnswer, type HistoryLimits } from '../../search/history/check_history';
import { changeGroups, questionsOf, type ChangeGroup, type HistoryKernel } from '../../search/history/plan';
import { bootTarget } from '../../targets/linux';
import { cachePath } from '../../targets/linux/cache';
import { vmLink } from '../../targets/linux/link';
import { setUpKernels } from '../../targets/linux/set_up_kernels';
import { stableRelease } from '../../targets/linux/stable_release';
import { ruleNamed } from '../rules';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_TOO_LITTLE } from './exit';
import { note, printDocument, printLine } from './output';

/** Asks the kernels that are set up whether the changes of rules are where their histories say. */
export async function checkHistory(names: readonly string[], limits: HistoryLimits, json: boolean): Promise<number> {
  const groups = changeGroups(names.length > 0 ? names.map(ruleNamed) : undefined);
  const questions = questionsOf(groups, knownKernels());
  const answers: HistoryAnswer[] = [];
  for (const kernel of new Set(questions.map((question) => question.kernel))) {
    const { target, release } = kernel;
    const open = async (): Promise<ReturnType<typeof vmLink>> =>
      vmLink(target, await bootTarget(target, { say: note }), kernelProfile(release));
    await askKernel(
      kernel,
      questions.filter((question) => question.kernel === kernel),
      open,
      limits,
      (answer) => {
        answers.push(answer);
        note(answerText(answer));
      },
    );
  }
  const notAsked = groups.filter((group) => questions.every((question) => question.group !== group)).map(rulesOfGroup);
  const document: HistoryDocument = { seed: limits.seed, changes: groups.length, notAsked, answers };
  if (json) printDocument('kernel-check-history', document);
  else printLine(historyText(document));
  return codeOf(document);
}

function knownKernels(): HistoryKernel[] {
  const cache = cachePath();
  const kernels = setUpKernels(cache).map((kernel) => ({
    target: kernel.target,
    release: stableRelease(cache, kernel),
  }));
  const targetOf = new Map(kernels.map((kernel) => [kernel.release, kernel]));
  return [...targetOf.values()];
}

function rulesOfGroup({ rules }: ChangeGroup): string {
  return rules.map(({ rule }) => rule).join(', ');
}

/** A change that nothing shows is no success. */
function codeOf({ notAsked, answers }: HistoryDocument): number {
  if (answers.some(({ shown }) => shown === 'not as the history says')) return EXIT_FINDING;
  return notAsked.length > 0 || answers.some(({ shown }) => shown === 'not shown') ? EXIT_TOO_LITTLE : EXIT_CLEAN;
}
