import { CampaignWorker } from '../campaign/worker/worker';
import type { ToWorker } from '../campaign/worker_messages';
import { findingText } from '../report/finding_text';
import { describeFinding } from './support/describe_finding';
import { detailOf } from './fuzz_one';
import { chooseTarget } from './support/target_option';

/** The program that runs in each worker process of a campaign. */
const parent = process.ppid;
const worker = new CampaignWorker({
  open: (target, profile) => {
    const choice = chooseTarget(target, profile, () => undefined);
    if (choice.kind === 'model') throw new Error('the model is opened nowhere');
    return choice.open();
  },
  describe: ({ session, lane, verdict, ...facts }) => {
    const { target, mutant } = lane;
    return findingText(
      describeFinding(session, { ...facts, verdict, target, mutant, detail: detailOf(verdict) }),
      false,
    );
  },
  say: (message) => process.connected && process.send?.(message, undefined, undefined, () => undefined),
  orphaned: () => process.ppid !== parent,
  end: () => process.exit(),
});

// A terminal sends Ctrl-C to all, and systemd SIGTERM: the one that started this decides.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (message) => worker.take(message as ToWorker));
