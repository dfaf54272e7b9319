// Bugs of drivers, each as one broken rule: a program that shows it, the invariant that fails, and the search that
// finds it.

import { searchModel } from '../src/search/search_model';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { PROFILES, type Profile } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';
import { profileOf, programOf, sessionOf, verdictOf } from './support/model';
import { effort } from './support/effort';
import { unseen } from './support/unseen';

const SEED = 184467;
const SEARCHED = 300_000;
/** The checks of all invariants cost most of the time. */
const CHECKED = effort(100_000);
const driver = findScenario('driver') as Scenario;

/** Name of the first invariant that the search found broken; null when it found none. */
function found(profile: Profile, commands: number): string | null {
  const limits = { commands, findings: 1, stop: () => false };
  const [first] = searchModel(driver, profile, sessionOf(profile), SEED, limits).findings;
  if (first === undefined) return null;
  return first.verdict.kind === 'violation' ? first.verdict.invariant : first.verdict.kind;
}

describe.each(PROFILES.map((profile) => [profile.name, profile] as const))('the search on %s', (_name, profile) => {
  test(`finds nothing in ${CHECKED} commands`, () => {
    expect(found(profile, CHECKED)).toBeNull();
  });

  test(`meets each outcome of each command within ${SEARCHED} commands`, () => {
    expect(unseen(driver, profile, 'driver', SEARCHED)).toEqual([]);
  });
});

const PORT = `device1 = device_add()
port1 = mvneta_probe(device: device1, ring: 4, txq: 8)
`;
const OPEN = 'pool1 = mvneta_open(port: port1)\n';
const PLAIN = 'pool9 = mvneta_xdp_setup(port: port1, prog: plain)\n';
const RECEIVE = 'mvneta_receive(port: port1, len: 1000)\n';
const TARGET = `device2 = device_add()
port2 = mvneta_probe(device: device2, ring: 4, txq: 8)
pool2 = mvneta_open(port: port2)
`;
const REDIRECT = 'mvneta_poll(port: port1, verdict: redirect, target: port2)\n';
const JUMBO = `${PORT}mvneta_change_mtu(port: port1, mtu: 9000)
pool9 = mvneta_xdp_setup(port: port1, prog: frags)
${OPEN}mvneta_receive(port: port1, len: 9014)
`;

/** Entry of the bug list, the driver's mistake, the rule, a program, the invariant that its program breaks first. */
const BROKEN: readonly (readonly [id: string, what: string, Partial<Rules>, program: string, invariant: string])[] = [
  [
    ...(['B10', 'an skb around a page of the pool is not marked', { driverMarksForRecycle: false }] as const),
    `${PORT + OPEN + RECEIVE}mvneta_poll(port: port1)\n`,
    'pool-inflight',
  ],
  [
    ...(['G5', 'build_skb fails, and the buffers are forgotten', { buildSkbFailurePutsBuffers: false }] as const),
    `${PORT + OPEN + RECEIVE}mvneta_poll(port: port1, fail: 1)\n`,
    'page-refcount',
  ],
  [
    ...(['H9', 'frags that the program cut off are put again', { driverCountsFragsAfterProgram: false }] as const),
    `${JUMBO}mvneta_poll(port: port1, verdict: drop, tail: 1976)\n`,
    'recycled-is-exclusive',
  ],
  [
    ...([
      'H15',
      'frames that were not sent are returned with those that were',
      { xmitReturnsUnsentOnce: false },
    ] as const),
    PORT + TARGET + PLAIN + OPEN + RECEIVE + REDIRECT,
    'pool-refcount',
  ],
  [
    ...([
      'K1',
      'a redirected page is unmapped, which its pool has mapped',
      { driverLeavesPoolMapping: false },
    ] as const),
    PORT + TARGET + PLAIN + OPEN + RECEIVE + REDIRECT,
    'dma-mapped-once',
  ],
  [
    ...(['K2', 'the completion unmaps 0 bytes', { driverUnmapsMappedLength: false }] as const),
    `${PORT + TARGET + PLAIN + OPEN + RECEIVE + REDIRECT}mvneta_tx_done(port: port2)\n`,
    'dma-mapped-once',
  ],
  [
    ...(['K6', 'the skb is built before the program says DROP', { driverBuildsSkbAfterProgram: false }] as const),
    `${PORT + PLAIN + OPEN + RECEIVE}mvneta_poll(port: port1, verdict: drop)\n`,
    'page-refcount',
  ],
  [
    ...(['K7', 'received bytes are not synced for the CPU', { driverSyncsForCpu: false }] as const),
    `${JUMBO}mvneta_poll(port: port1)\n`,
    'dma-ownership',
  ],
  [
    ...(['mvneta', 'counts the FCS as bytes of frags', { driverCountsFcs: true }] as const),
    `${JUMBO}mvneta_poll(port: port1)\n`,
    'geometry',
  ],
  [
    ...(['mvneta', 'leaves out the FCS where it syncs for the device', { driverReturnsSyncedFcs: false }] as const),
    `${PORT + PLAIN + OPEN + RECEIVE}mvneta_poll(port: port1, verdict: drop)
mvneta_receive(port: port1, len: 1000, count: 4)\n`,
    'dma-ownership',
  ],
  [
    ...(['mvneta', 'returns a frame before its frags are unmapped', { driverReturnsFrameAfterUnmap: false }] as const),
    // The sixteenth page of the bulk is the frag: the pool's ring has room for 8 of them.
    `${PORT.replace('ring: 4', 'ring: 8')}device2 = device_add()
port2 = mvneta_probe(device: device2, ring: 4, txq: 64)
mvneta_change_mtu(port: port1, mtu: 9000)
mvneta_change_mtu(port: port2, mtu: 9000)
pool9 = mvneta_xdp_setup(port: port1, prog: frags)
${OPEN}pool2 = mvneta_open(port: port2)
mvneta_receive(port: port1, len: 60, count: 8)
${REDIRECT}mvneta_receive(port: port1, len: 60, count: 7)
${REDIRECT}mvneta_receive(port: port1, len: 3519)
${REDIRECT}mvneta_tx_done(port: port2)
`,
    'dma-mapped-once',
  ],
];

describe.each(BROKEN)('%s: %s', (_id, _what, changes, program, invariant) => {
  const profile = profileOf('linux-6.12');
  const broken = { ...profile, rules: { ...profile.rules, ...changes } };
  const own = programOf(profile, program);

  test(`its program breaks ${invariant}, and is clean on the correct model`, () => {
    expect(verdictOf(sessionOf(profile), own)).toEqual({ kind: 'clean' });
    expect(verdictOf(sessionOf(broken), own)).toMatchObject({ kind: 'violation', invariant });
  });

  test('the search finds it', () => {
    expect(found(broken, SEARCHED)).not.toBeNull();
  });
});
