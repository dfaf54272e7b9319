import { parseProgram } from '../program/parse';
import type { Call } from '../program/program';
import { findProfile, type Profile } from '../rules/profiles';
import { Batch } from '../lockstep/batch';
import { TargetUnavailableError } from '../session/errors';
import type { Link } from '../lockstep/link';
import { Settler } from '../generate/settle';
import { Session } from '../session/session';
import { XSK_SIZES, xskSetup } from './xsk_paths';

/** Packets that one sendto() takes (TX_BATCH_SIZE). */
const PER_SENDTO = 32;
/** Calls of sendto() in a program. */
const SENDTOS = 64;
const PROGRAMS = 4;
const ROUNDS = 15;

/** The gain of pages over copying, measured in one run in which the rounds of all programs alternate. */
export interface XskRatio {
  readonly bytes: number;
  /** Packets per second with pages, against copying, percent; from the medians of the rounds. */
  readonly percent: number;
  /** The same figure in the cover letter of 2021. */
  readonly textPercent: number;
  readonly copyMicros: number;
  readonly zerocopyMicros: number;
}

/**
 * Measures the transmission of a packet in the kernel behind a link, by copy and by page, at the sizes of XSK_SIZES.
 * The time of the same calls without packets is subtracted, because an observation after each call costs more than a
 * packet.
 *
 * @param now - a clock in milliseconds
 */
export async function measureXsk(link: Link, profile: Profile, now: () => number): Promise<XskRatio[]> {
  const requests = XSK_SIZES.map(({ bytes }) => ({
    copy: prepare(link, profile, bytes, false, true),
    copyIdle: prepare(link, profile, bytes, false, false),
    page: prepare(link, profile, bytes, true, true),
    pageIdle: prepare(link, profile, bytes, true, false),
  }));
  const times = requests.map(() => ({ copy: [] as number[], page: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, { copy, copyIdle, page, pageIdle }] of requests.entries()) {
      const byCopy = (await timeOf(link, copy, now)) - (await timeOf(link, copyIdle, now));
      const byPage = (await timeOf(link, page, now)) - (await timeOf(link, pageIdle, now));
      // The first round fills caches.
      if (round === 0) continue;
      times[i].copy.push(byCopy);
      times[i].page.push(byPage);
    }
  }
  return XSK_SIZES.map(({ bytes, textPercent }, i) => {
    const copyMicros = perPacket(times[i].copy);
    const zerocopyMicros = perPacket(times[i].page);
    return { bytes, percent: (copyMicros / zerocopyMicros - 1) * 100, textPercent, copyMicros, zerocopyMicros };
  });
}

function perPacket(times_ms: number[]): number {
  const sorted = [...times_ms].sort((a, b) => a - b);
  return (sorted[sorted.length >> 1] * 1000) / (PER_SENDTO * SENDTOS * PROGRAMS);
}

async function timeOf(link: Link, request: Buffer, now: () => number): Promise<number> {
  const start = now();
  const answer = await link.execute(request);
  if (answer.death !== undefined)
    throw new TargetUnavailableError(`${link.name} died while it was measured: ${answer.death.detail}`);
  return now() - start;
}

/** The binary form of programs that send many packets, or make the same calls without packets. */
function prepare(link: Link, profile: Profile, bytes: number, zerocopy: boolean, sends: boolean): Buffer {
  const packet = [
    ...(sends ? [`xsk_tx_desc(xsk: xsk1, len: ${bytes}, count: ${PER_SENDTO})`] : []),
    'xsk_sendto(xsk: xsk1)',
    `xsk_cq_read(umem: umem1, count: ${PER_SENDTO})`,
  ];
  const lines = [`profile ${profile.name}`, ...xskSetup(bytes, zerocopy)];
  for (let i = 0; i < SENDTOS; i++) lines.push(...packet);
  const program = parseProgram(lines.join('\n'), `af_xdp-${bytes}`);
  const session = new Session({ profile: profile.name, rules: profile.rules, abi: link.abi, checks: false });
  const batch = new Batch();
  const settler = new Settler();
  for (let i = 0; i < PROGRAMS; i++) {
    session.begin();
    batch.beginProgram(i);
    for (const call of program.calls) if (session.execute(call) >= 0) batch.executed(session.world, call);
    settler.begin(i);
    const settled = (call: Call, outcome: number): void => {
      if (outcome >= 0) batch.executed(session.world, call);
    };
    session.settle(settler, settled, false);
  }
  return batch.request();
}

/** The profile of a Linux target. */
export function profileOfTarget(target: string): Profile {
  const profile = findProfile(target);
  if (profile === undefined) throw new TargetUnavailableError(`no profile for ${target}`);
  return profile;
}
