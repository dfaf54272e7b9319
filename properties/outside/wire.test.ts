// Programs of the outside on their way to a guest: every field arrives, and no reply can harm the host.
import fc from 'fast-check';
import { PROGRAM_STATUSES, type StepProgramResult } from '../../src/commands/outside/step';
import { BadReplyError, decodeResults } from '../../src/protocol/outside/decode';
import { encodePrograms } from '../../src/protocol/outside/encode';
import { decodeOutsideHello } from '../../src/protocol/outside/hello';
import { decodeOutsideState } from '../../src/protocol/outside/state';
import { dependsOf, distributionModules, withoutSignature } from '../../src/targets/linux/outside/distribution_modules';
import { encodeResults, stepPrograms } from '../support/outside';

const bytes = fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each));
const text = fc.stringMatching(/^[ -~\n]{0,30}$/);
const result = fc.record({
  step: fc.nat(),
  ret: fc.integer({ min: -4095, max: 2 ** 47 - 1 }),
  interrupted: fc.boolean(),
  out: fc.array(bytes, { maxLength: 3 }),
  log: text,
});
const answer: fc.Arbitrary<StepProgramResult> = fc.record({
  status: fc.constantFrom(...PROGRAM_STATUSES),
  detail: fc.integer({ min: 0, max: 4095 }),
  results: fc.array(result, { maxLength: 5 }),
  log: text,
});

test('the results of programs are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 4 }), (answers) => {
      expect(decodeResults(encodeResults(answers), answers.length)).toEqual(answers);
    }),
  );
});

test('a reply that is cut off, or has other bytes, is read or refused', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 3 }), damage, fc.nat(), (answers, changes, cut) => {
      const reply = encodeResults(answers);
      for (const [at, byte] of changes) reply[at % reply.length] = byte;
      const whole = cut % 2 === 0 ? reply : reply.subarray(0, cut % reply.length);
      try {
        decodeResults(whole, answers.length);
      } catch (error) {
        expect(error).toBeInstanceOf(BadReplyError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a program that overwrote its results keeps those before the damage', () => {
  const step = (number: number) => ({ step: number, ret: 1, interrupted: false, out: [], log: '' });
  const reply = encodeResults([{ status: 'killed', detail: 9, results: [step(0), step(1)], log: 'late' }]);
  reply.writeUInt32LE(0xffffffff, reply.indexOf(Buffer.from('late')) - 8);
  expect(decodeResults(reply, 1)).toEqual([{ status: 'killed', detail: 9, results: [step(0)], log: 'late' }]);
});

test('a request has the length that its headers state, in steps of eight bytes', () => {
  fc.assert(
    fc.property(fc.array(stepPrograms, { maxLength: 3 }), (programs) => {
      const request = encodePrograms(programs);
      let at = 8;
      for (const program of programs) {
        expect(request.readUInt32LE(at + 8)).toBe(program.steps.length);
        const end = at + 16 + request.readUInt32LE(at + 12);
        at += 16;
        for (const { op } of program.steps) {
          expect([0, 'syscall', 'poke', 'fill', 'peek', 'repeat', 'add'].at(request.readUInt32LE(at))).toBe(op);
          at += request.readUInt32LE(at + 4);
          expect(at % 8).toBe(0);
        }
        expect(at).toBe(end);
      }
      expect(at).toBe(request.length);
    }),
  );
});

test('a guest states its kernel and its counters in lines', () => {
  const hello = 'release=6.1.0\ncpus=1\nmemory_kib=500\nmodules=2\nload_ms=7\nfailure=/tun.ko: Exec\nmissing=tap\n';
  expect(decodeOutsideHello(Buffer.from(hello))).toEqual({
    release: '6.1.0',
    cpus: 1,
    memory_kib: 500,
    modules: 2,
    load_ms: 7,
    failures: ['/tun.ko: Exec'],
    missing: ['tap'],
  });
  const state = 'quiet=1\nwaited_ms=3\nslab.TCP=4\nsockstat.TCP.alloc=1\ntook_ms=9\nlog=WARNING: a=b\nlog=x\nhalf';
  expect(decodeOutsideState(Buffer.from(state))).toEqual({
    isQuiet: true,
    waited_ms: 3,
    took_ms: 9,
    counters: { 'slab.TCP': 4, 'sockstat.TCP.alloc': 1 },
    log: 'WARNING: a=b\nx\n',
  });
});

test('a module loses its signature, and nothing else', () => {
  const signed = Buffer.concat([
    Buffer.from('module'),
    Buffer.from('signature'),
    Buffer.from([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 9]),
    Buffer.from('~Module signature appended~\n'),
  ]);
  expect(withoutSignature(signed).toString()).toBe('module');
  expect(withoutSignature(Buffer.from('module')).toString()).toBe('module');
});

test('a module names those that it depends on', () => {
  expect(dependsOf(Buffer.from('\0name=a\0depends=ip_tunnel,nf-nat\0'))).toEqual(['ip_tunnel', 'nf_nat']);
  expect(dependsOf(Buffer.from('\0depends=\0'))).toEqual([]);
  expect(dependsOf(undefined)).toEqual([]);
});

test('a module that a kernel does not have is missing, and no error', async () => {
  expect(await distributionModules(new Map(), ['tun', 'virtio'], ['virtio'])).toEqual({ files: [], missing: ['tun'] });
});
