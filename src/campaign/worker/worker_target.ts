import type { Link } from '../../lockstep/link';
import type { OutsideLink } from '../../lockstep/outside_link';
import { TargetJudge } from '../../lockstep/target_judge';
import { OutsideJudge } from '../../outside/outside_judge';
import { OutsideTarget } from '../../outside/outside_target';
import type { Lane } from '../campaign_types';
import { partsOfLane, sessionOf } from './lane_session';

/** Opens a target by its name, with the profile that it is compared with. */
export type OpenTarget = (target: string, profile: string) => Promise<Link>;

const BEAT_WHILE_WAITING_MS = 1000;

/** Opens a kernel for programs of user space. */
export type OpenOutsideTarget = (target: string) => Promise<OutsideLink>;

/** The open target of a worker. Only one is open at a time, because each is a machine with memory of its own. */
export class WorkerTarget {
  private current: { readonly key: string; readonly judge: TargetJudge | OutsideJudge } | null = null;

  /** @param beat - called for each sign of life */
  constructor(
    private readonly open: OpenTarget,
    private readonly openOutside: OpenOutsideTarget,
    private readonly beat: () => void,
  ) {}

  async judgeOf(lane: Lane): Promise<TargetJudge> {
    const key = [lane.target, lane.profile, lane.mutant].join(' ');
    if (this.current?.key === key && this.current.judge instanceof TargetJudge) return this.current.judge;
    await this.close();
    const open = (): Promise<Link> => this.openBeating(lane);
    const link = await open();
    const judge = new TargetJudge(open, sessionOf(partsOfLane(lane), link.abi), link);
    this.current = { key, judge };
    return judge;
  }

  /** The same for a lane of user space; it does not measure. */
  async outsideJudgeOf(lane: Lane): Promise<OutsideJudge> {
    const key = `outside ${lane.target}`;
    if (this.current?.key === key && this.current.judge instanceof OutsideJudge) {
      this.current.judge.measures = false;
      return this.current.judge;
    }
    await this.close();
    const open = (): Promise<OutsideLink> =>
      this.whileBeating(async () => beatingOutside(await this.openOutside(lane.target), this.beat));
    const judge = new OutsideJudge(new OutsideTarget(lane.target, open), sessionOf(partsOfLane(lane)));
    await judge.target.opened();
    this.current = { key, judge };
    return judge;
  }

  async close(): Promise<void> {
    const { current } = this;
    this.current = null;
    await current?.judge.close();
  }

  /** Opens a target with signs of life, because a boot has a time limit of its own. */
  private async openBeating({ target, profile }: Lane): Promise<Link> {
    return this.whileBeating(async () => beating(await this.open(target, profile), this.beat));
  }

  private async whileBeating<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(this.beat, BEAT_WHILE_WAITING_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}

/** The link with signs of life while it waits: each question has a time limit of its own, on the target's clock. */
function beating(link: Link, beat: () => void): Link {
  const beaten = <T>(answer: Promise<T>): Promise<T> => waitBeating(answer, beat);
  return {
    name: link.name,
    profile: link.profile,
    abi: link.abi,
    execute: (request) => beaten(link.execute(request)),
    splats: () => beaten(link.splats()),
    rearm: () => beaten(link.rearm()),
    memoryInUse: () => beaten(link.memoryInUse()),
    close: () => link.close(),
  };
}

function beatingOutside(link: OutsideLink, beat: () => void): OutsideLink {
  return {
    ...link,
    run: (programs) => waitBeating(link.run(programs), beat),
    state: () => waitBeating(link.state(), beat),
    close: () => link.close(),
  };
}

async function waitBeating<T>(answer: Promise<T>, beat: () => void): Promise<T> {
  const timer = setInterval(beat, BEAT_WHILE_WAITING_MS);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
    beat();
  }
}
