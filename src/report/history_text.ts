import { plural } from '../program/counts';
import type { HistoryAnswer, Shown } from '../search/history/check_history';
import type { HistoryDocument } from './documents/history_document';
import { sinceText } from './rules_text';

/** Not shown comes first: it is no success. */
const ORDER: readonly Shown[] = ['not as the history says', 'not shown', 'narrows', 'as the history says'];

export function answerText({ rules, release, side, programs, shown, detail, since }: HistoryAnswer): string {
  const where = since === null ? '' : ` (${sinceText(since)})`;
  const why = detail === null ? '' : `: ${detail}`;
  return `${shown}: ${rules.join(', ')}${where}, ${release} is ${side}, ${plural(programs, 'program')}${why}`;
}

export function historyText({ changes, notAsked, answers, seed }: HistoryDocument): string {
  const sorted = ORDER.flatMap((shown) => answers.filter((answer) => answer.shown === shown));
  const counts = ORDER.map((shown) => `${answers.filter((answer) => answer.shown === shown).length} ${shown}`);
  return [
    ...notAsked.map((rules) => `not shown: ${rules}: no kernels on both sides are set up`),
    ...sorted.map(answerText),
    `${plural(changes, 'change')}, ${plural(notAsked.length, 'change')} without kernels; ` +
      `${plural(answers.length, 'answer')}: ${counts.join(', ')} (seed ${seed})`,
  ].join('\n');
}
