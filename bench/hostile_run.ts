import { OutsideTarget } from '../src/outside/outside_target';
import type { OutsideLink } from '../src/lockstep/outside_link';
import { HostileSteps } from './hostile_steps';

const BATCH = 16;
/** Programs for each message. */
const MESSAGES_EACH = 2;
const TOLD_EACH = 1000;

export interface HostileFigures {
  readonly programs: number;
  readonly messages: number;
  /** Messages that the executor refused. */
  readonly refused: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** The end of each VM. */
  readonly deaths: readonly string[];
  /** Of this process after the first batch, and the most after it. */
  readonly rss_bytes: { readonly first: number; readonly most: number };
}

/**
 * Runs mutated programs and messages.
 * @param open - boots the kernel: at first, and after each death
 * @param first - number of the first program
 * @param say - called each 1000 programs
 */
export async function runHostile(
  name: string,
  open: () => Promise<OutsideLink>,
  programs: number,
  first: number,
  say: (figures: HostileFigures) => void = () => undefined,
): Promise<HostileFigures> {
  const target = new OutsideTarget(name, open);
  const source = new HostileSteps(name);
  const deaths: string[] = [];
  const statuses: Record<string, number> = {};
  const rss_bytes = { first: 0, most: 0 };
  let messages = 0;
  let refused = 0;
  let done = 0;
  const figures = (): HostileFigures => ({ programs: done, messages, refused, statuses, deaths, rss_bytes });
  try {
    while (done < programs) {
      const count = Math.min(BATCH, programs - done);
      const answer = await target.run(Array.from({ length: count }, (_, at) => source.program(first + done + at)));
      if ('death' in answer)
        deaths.push(`programs ${first + done} to ${first + done + count - 1}: ${answer.death.detail}`);
      else for (const { status } of answer.results) statuses[status] = (statuses[status] ?? 0) + 1;
      for (let at = 0; at < count / MESSAGES_EACH; at++) {
        const number = first + done + at;
        const { status, death } = await (await target.opened()).raw(source.message(number));
        messages++;
        if (death !== undefined) {
          deaths.push(`message ${number}: ${death.detail}`);
          await target.forget();
        } else if (status < 0) refused++;
      }
      done += count;
      const { rss } = process.memoryUsage();
      if (rss_bytes.first === 0) rss_bytes.first = rss;
      rss_bytes.most = Math.max(rss_bytes.most, rss);
      if (done % TOLD_EACH < BATCH) say(figures());
    }
  } finally {
    await target.close();
  }
  return figures();
}
