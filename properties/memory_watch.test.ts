// A search notices a target that loses memory bit by bit although every program leaves nothing behind.

import { LockstepSearch } from '../src/search/search_lockstep';
import type { RawFinding } from '../src/search/raw_findings';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import type { Answer, Link } from '../src/lockstep/link';
import { MessageType } from '../src/protocol/messages';
import { firstProgram } from '../src/generate/seed';
import { ModelServer } from '../src/targets/serve';
import { Session } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';
import { sentenceOf } from '../src/session/verdict';
import { wordsOf } from '../src/lockstep/wire';
import { profileOf } from './support/model';

const SEED = 1;
const PROFILE = profileOf('linux-6.12');
const COMMANDS = 60_000;
/** Small, so that the search reads the memory several times. */
const MEMORY_EVERY_BATCHES = 4;
const START_BYTES = 80 << 20;

/** The model as a target in this process; `memory` returns its memory in use. */
function modelLink(memory: () => number): Link {
  const server = new ModelServer(PROFILE);
  return {
    name: 'model behind the protocol',
    profile: PROFILE.name,
    abi: PROFILE.abi,
    execute(request) {
      const type = Buffer.alloc(4);
      type.writeUInt32LE(MessageType.Exec);
      const reply = server.answer(Buffer.concat([type, request]));
      const answer: Answer = { words: wordsOf(reply.subarray(4)) };
      return Promise.resolve(answer);
    },
    splats: () => Promise.resolve(''),
    rearm: () => Promise.resolve(),
    memoryInUse: () => Promise.resolve(memory()),
    close: () => Promise.resolve(),
  };
}

async function findingsOf(memory: () => number): Promise<string[]> {
  const link = modelLink(memory);
  const options = { profile: PROFILE.name, rules: PROFILE.rules, abi: PROFILE.abi, checks: false };
  const judge = new TargetJudge(() => Promise.resolve(link), new Session(options), link);
  const findings: RawFinding[] = [];
  const limits = {
    ...{ commands: COMMANDS, findings: 1, stop: () => false },
    memoryEveryBatches: MEMORY_EVERY_BATCHES,
  };
  const multicast = findScenario('multicast') as Scenario;
  const found = (finding: RawFinding): void => void findings.push(finding);
  await new LockstepSearch(multicast, PROFILE, new Session(options), judge, firstProgram(SEED), limits, found).run();
  return findings.map(({ verdict }) => sentenceOf(verdict));
}

test(`constant memory is read, and is no finding (seed ${SEED})`, async () => {
  let asked = 0;
  const findings = await findingsOf(() => {
    asked++;
    return START_BYTES + (asked % 2) * 100_000;
  });
  expect(findings).toEqual([]);
  expect(asked).toBeGreaterThanOrEqual(3);
});

test(`memory that grows by 8 MiB between two reads is a finding (seed ${SEED})`, async () => {
  let used = START_BYTES;
  const [finding] = await findingsOf(() => (used += 8 << 20));
  expect(finding).toMatch(/memory in use.*grew by 8192 KiB/);
});
