import { CampaignWorker } from '../../../campaign/worker/worker';
import type { ToWorker } from '../../../campaign/worker_messages';
import { findingText } from '../../../report/finding_text';
import { describeFinding } from '../../../library/describe_finding';
import { detailOf } from '../../../library/finding_detail';
import { chooseTarget } from '../../../targets/choose_target';
import { outsideTarget } from '../../../targets/outside_target';

/** The main program of each worker process of a campaign. */
const parent = process.ppid;
const worker = new CampaignWorker({
  open: (target, profile) => {
    const choice = chooseTarget(target, profile, () => undefined);
    if (choice.kind === 'model') throw new Error('the model is not opened as a target');
    return choice.open();
  },
  openOutside: (target) => outsideTarget(target, () => undefined)(),
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

// Terminals send SIGINT, and systemd SIGTERM, to all processes; the parent decides when a worker ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (message) => worker.take(message as ToWorker));
