import type { Link } from '../../lockstep/link';
import { TargetJudge } from '../../lockstep/target_judge';
import type { Lane } from '../campaign_types';
import { partsOfLane, sessionOf } from './lane_session';

/** Opens a target by its name, with the profile that it is compared with. */
export type OpenTarget = (target: string, profile: string) => Promise<Link>;

const BEAT_WHILE_WAITING_MS = 1000;

/** The open target of a worker. Only one is open at a time, because each is a machine with memory of its own. */
export class WorkerTarget {
  private current: { readonly key: string; readonly judge: TargetJudge } | null = null;

  /** @param beat - called for each sign of life */
  constructor(
    private readonly open: OpenTarget,
    private readonly beat: () => void,
  ) {}

  async judgeOf(lane: Lane): Promise<TargetJudge> {
    const key = [lane.target, lane.profile, lane.mutant].join(' ');
    if (this.current?.key === key) return this.current.judge;
    await this.close();
    const open = (): Promise<Link> => this.openBeating(lane);
    const link = await open();
    const judge = new TargetJudge(open, sessionOf(partsOfLane(lane), link.abi), link);
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
    const timer = setInterval(this.beat, BEAT_WHILE_WAITING_MS);
    try {
      return beating(await this.open(target, profile), this.beat);
    } finally {
      clearInterval(timer);
    }
  }
}

/** The link with signs of life while it waits: each question has a time limit of its own, on the target's clock. */
function beating(link: Link, beat: () => void): Link {
  const beaten = async <T>(answer: Promise<T>): Promise<T> => {
    const timer = setInterval(beat, BEAT_WHILE_WAITING_MS);
    try {
      return await answer;
    } finally {
      clearInterval(timer);
      beat();
    }
  };
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
