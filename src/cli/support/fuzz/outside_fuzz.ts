import type { FuzzRun } from '../../../report/fuzz_run';
import { isOfRest } from '../../../outside/left_behind';
import { OutsideJudge } from '../../../outside/outside_judge';
import { OutsideTarget } from '../../../outside/outside_target';
import { detailOf } from '../../../library/finding_detail';
import type { RawFinding } from '../../../search/raw_findings';
import { reduceFinding } from '../../../search/reduce_finding';
import { OutsideSearch } from '../../../search/search_outside';
import { TimeLimit } from '../../../search/time_limit';
import { Session } from '../../../session/session';
import { sessionOptions } from '../../../session/session_options';
import { UsageError } from '../../../session/errors';
import { profileOfTarget } from '../../../targets/linux';
import { profileNamed } from '../../../session/named';
import { OUTSIDE_DRIVER } from '../../../generate/scenarios/outside/links';
import { splitDriver } from '../../../targets/linux/outside/driver_target';
import { DRIVER_NAMES } from '../../../targets/linux/outside/drivers';
import { outsideTarget } from '../../../targets/outside_target';
import { FuzzSearch, type ReducedFinding } from './fuzz_search';
import type { Reducing } from '../reducing';

/** Programs that one reduction runs: each takes as long as hundreds of calls in lockstep. */
const EXECUTIONS_MAX = 3000;
/** The same where each failing program costs a boot or more. */
const EXECUTIONS_DEADLY = 250;

/** A search with programs of user space on a kernel. */
export class OutsideFuzz extends FuzzSearch {
  async run(): Promise<FuzzRun> {
    const { plan, events } = this;
    if (plan.mutant !== undefined)
      throw new UsageError('--mutant breaks a rule of the model, and programs of user space run on a kernel alone');
    if (plan.scenario.name === OUTSIDE_DRIVER.name && splitDriver(plan.target).driver === undefined)
      throw new UsageError(
        `${plan.scenario.name} needs network devices; name their driver: --target ${plan.target}:${DRIVER_NAMES[0]}`,
      );
    const profile = plan.profileName === undefined ? profileOfTarget(plan.target) : profileNamed(plan.profileName);
    const target = new OutsideTarget(plan.target, outsideTarget(plan.target, events.say));
    const options = { ...sessionOptions(profile, undefined, profile.abi, false), checks: false };
    const session = new Session(options);
    const judge = new OutsideJudge(target, new Session(options));
    try {
      await target.opened();
      const time = TimeLimit.of(plan.time_ms, events.interrupted);
      const limits = this.limits(time);
      const stop = (): boolean => {
        this.showStatus(search.programs, session.executed);
        return limits.stop();
      };
      const search: OutsideSearch = new OutsideSearch(
        ...([plan.scenario, profile, session, judge, plan.first, { ...limits, stop }] as const),
        (raw) => this.take(judge.session, raw, time, (reducing) => this.reduced(judge, raw, reducing), detailOf),
      );
      const result = await search.run();
      return this.result(session, profile, result, search.asked);
    } finally {
      await target.close();
    }
  }

  private async reduced(judge: OutsideJudge, raw: RawFinding, { isOver }: Reducing): Promise<ReducedFinding> {
    judge.measures = isOfRest(raw.signature);
    try {
      const executions = raw.verdict.kind === 'death' ? EXECUTIONS_DEADLY : EXECUTIONS_MAX;
      const reduced = await reduceFinding(judge, raw, isOver, executions);
      return { ...reduced, answers: judge.answersBehind(reduced.verdict) };
    } finally {
      judge.measures = false;
    }
  }
}
