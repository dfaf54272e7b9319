import { IORING_CQE_F_NOTIF } from '../../commands/outside/abi/uapi/io_uring';
import { completionsIn, isResultOf, URING_OUT } from '../../commands/outside/uring/ring';
import { mayComplete } from '../../commands/outside/uring/recv';
import type { AnswerField, CallAnswer } from './answer';
import { choiceOfReturn } from './choice_of_return';
import { argOf } from './descriptors';
import type { AnsweredStep, Reading } from './reading';
import { returnText } from './return_text';

/**
 * The answer to a request to io_uring: the system call's, and that of its completion. When others complete is the
 * kernel's choice, and a receive that waits may come before or behind another read.
 */
export function uringAnswer(reading: Reading, steps: readonly AnsweredStep[]): Omit<CallAnswer, 'at'> {
  const { compiled, name } = reading;
  const main = steps.find(({ isMain }) => isMain)?.results.at(0);
  if (main === undefined) return { fields: [] };
  // How long completions are waited for is a matter of time.
  const waits = name === 'uring_wait' ? { choice: 'notices' as const } : {};
  const returned: AnswerField = { name: 'return value', value: returnText(main.ret), ...waits };
  const all = completionsIn(main.out[URING_OUT.rings]);
  const own = all.find((one) => isResultOf(one, compiled.position));
  const isLater = name === 'uring_recv' && mayComplete(argOf(compiled, 'flags') ?? 0);
  const choice = isLater ? 'cut' : choiceOfReturn(reading);
  const chosen = choice === undefined ? {} : { choice };
  const notices = all.filter(({ flags }) => (flags & IORING_CQE_F_NOTIF) !== 0).map(({ userData }) => String(userData));
  const fields: AnswerField[] = [returned];
  if (name !== 'uring_wait')
    fields.push({ name: 'result', value: own === undefined ? 'none' : returnText(own.result), ...chosen });
  fields.push({ name: 'notices', value: notices.join(' '), choice: 'notices' });
  const result = own?.result ?? 0;
  if (name === 'uring_recv' && result > 0)
    fields.push({ name: 'data', value: main.out[URING_OUT.data].subarray(0, result), ...chosen });
  return { fields, ...(name === 'uring_recv' ? { hides: argOf(compiled, 'fd') ?? -1 } : {}) };
}
