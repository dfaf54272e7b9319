import type { Link } from './link';

/** The time of a judgement is over before the target answered. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';

  constructor() {
    super('the time is over, and the target has not answered');
  }
}

/** Opens a target; the signal ends the attempt. */
export type OpenTarget = (signal?: AbortSignal) => Promise<Link>;
/** Returns whether no answer is waited for any more. */
export type IsOver = () => boolean;

const LOOK_MS = 50;

/** @throws OutOfTimeError as soon as `isOver` is true and the work is not done */
function inTime<T>(work: Promise<T>, isOver: IsOver): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      if (isOver()) end(() => reject(new OutOfTimeError()));
    }, LOOK_MS);
    const end = (settle: () => void): void => {
      clearInterval(timer);
      settle();
    };
    work.then(
      (value) => end(() => resolve(value)),
      (error: Error) => end(() => reject(error)),
    );
  });
}

/**
 * Opens a target whose every answer comes in time, or throws.
 *
 * @throws OutOfTimeError; the target is then closed, whenever it opens
 */
export async function openInTime(open: OpenTarget, isOver: IsOver): Promise<Link> {
  const abort = new AbortController();
  const opening = open(abort.signal);
  try {
    return limitedLink(await inTime(opening, isOver), isOver);
  } catch (error) {
    abort.abort();
    void opening.then(
      (link) => link.close(),
      () => undefined,
    );
    throw error;
  }
}

function limitedLink(link: Link, isOver: IsOver): Link {
  return {
    name: link.name,
    profile: link.profile,
    abi: link.abi,
    boot_ms: link.boot_ms,
    execute: (request) => inTime(link.execute(request), isOver),
    splats: () => inTime(link.splats(), isOver),
    rearm: () => inTime(link.rearm(), isOver),
    memoryInUse: () => inTime(link.memoryInUse(), isOver),
    close: () => link.close(),
  };
}
