import type { FuzzRun } from '../../../report/fuzz_run';
import type { Program } from '../../../program/program';
import { PROFILES, type Profile } from '../../../rules/profiles';
import type { RawFinding } from '../../../search/raw_findings';
import { explainOnModel, reduceOnModelAsync } from '../../../search/reduce_finding';
import { ModelSearch } from '../../../search/search_model';
import { TimeLimit } from '../../../search/time_limit';
import { runOnModel } from '../../../session/run_model';
import { Session } from '../../../session/session';
import { placeOf } from '../../../session/verdict';
import { breathe } from '../interrupt';
import { profileNamed } from '../../../session/named';
import { sessionOptions } from '../../../session/session_options';
import { FuzzSearch, type ReducedFinding } from './fuzz_search';
import type { Reducing } from '../reducing';
import { TestCaseLog } from './test_case_log';

const SLICE_COMMANDS = 20_000;

/** A search on the model. */
export class ModelFuzz extends FuzzSearch {
  async run(): Promise<FuzzRun> {
    const { plan, events } = this;
    const profile = profileNamed(plan.profileName ?? PROFILES[PROFILES.length - 1].name);
    const options = sessionOptions(profile, plan.mutant, profile.abi, plan.abuse);
    const session = new Session(options);
    const reducer = new Session(options);
    const time = TimeLimit.of(plan.time_ms, events.interrupted);
    const limits = this.limits(time);
    // A finding ends the slice, so that signals are handled while it is reduced.
    const waiting: RawFinding[] = [];
    const log =
      plan.log === undefined ? undefined : new TestCaseLog(plan.log, this.what(profile), new Session(options));
    const onProgram = log === undefined ? undefined : (program: () => Program): void => log.add(program());
    const sliced = { ...limits, onProgram, stop: () => waiting.length > 0 || limits.stop() };
    const search = new ModelSearch(plan.scenario, profile, session, plan.first, sliced, (raw) => waiting.push(raw));
    try {
      for (let isGoing = true; isGoing;) {
        isGoing = search.slice(SLICE_COMMANDS);
        for (const raw of waiting.splice(0)) {
          await this.take(
            reducer,
            raw,
            time,
            (reducing) => this.reduced(reducer, raw, reducing),
            () => [],
          );
          isGoing = true;
        }
        this.showStatus(search.programs, search.commands);
        await breathe();
      }
    } finally {
      log?.close();
    }
    return this.result(session, profile, search.result());
  }

  private what({ name }: Profile): string {
    const { scenario, mutant } = this.plan;
    return `${scenario.name} on model (${name})${mutant === undefined ? '' : `, mutant ${mutant.id}`}`;
  }

  private async reduced(session: Session, raw: RawFinding, { time, isOver }: Reducing): Promise<ReducedFinding> {
    const limits = { failedAt: placeOf(raw.verdict)?.call, expired: isOver };
    const reduced = await reduceOnModelAsync(session, raw.program, raw.signature, limits);
    const explained = explainOnModel(session, reduced.program, raw.signature, time.isOver);
    return { ...reduced, explained, verdict: runOnModel(session, reduced.program).verdict };
  }
}
