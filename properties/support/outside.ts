import fc from 'fast-check';
import { HOSTILE_SYSCALLS } from '../../bench/hostile_steps';
import type { SyscallName } from '../../src/commands/outside/abi/syscalls';
import {
  ARENA,
  LEVELS,
  PROGRAM_STATUSES,
  type Level,
  type Step,
  type StepProgram,
  type StepProgramResult,
  type SyscallStep,
} from '../../src/commands/outside/step';

/** A program at a level, with a limit that no step of a test reaches. */
export const programOf = (level: Level, steps: readonly Step[], limit_ms = 10_000): StepProgram => ({
  level,
  steps,
  limit_ms,
});

/** A system call as a step. */
export const call = (
  name: SyscallName,
  args: readonly (number | bigint)[],
  more: Partial<SyscallStep> = {},
): SyscallStep => ({ op: 'syscall', name, args, ...more });

/** Writes bytes, or a text with its zero, into the arena at an offset. */
export const poke = (offset: number, bytes: Buffer | string): Step => ({
  op: 'poke',
  at: ARENA + offset,
  bytes: typeof bytes === 'string' ? Buffer.from(`${bytes}\0`) : bytes,
});

/** The structure sockaddr_in of a port at 127.0.0.1. */
export function loopback(port: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(2, 0);
  address.writeUInt16BE(port, 2);
  address.writeUInt32BE(0x7f000001, 4);
  return address;
}

/** Steps that bring lo up; they use descriptor 100 and the memory at an offset. */
export function loUp(offset: number): Step[] {
  const request = Buffer.alloc(40);
  request.write('lo');
  request.writeUInt16LE(0x41, 16);
  return [
    call('socket', [2, 2, 0], { fd: 100 }),
    poke(offset, request),
    call('ioctl', [100, 0x8914, ARENA + offset]), // SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
  ];
}

/** The reply of an executor, as kernel/outside/ writes it. */
export function encodeResults(answers: readonly StepProgramResult[]): Buffer {
  return Buffer.concat([words(answers.length, 0), ...answers.map(encodeAnswer)]);
}

function encodeAnswer({ status, detail, results, log }: StepProgramResult): Buffer {
  const body = Buffer.concat(
    results.map(({ step, ret, interrupted, out, log: text }) => {
      const header = Buffer.alloc(24);
      header.writeUInt32LE(step, 0);
      header.writeUInt32LE(interrupted ? 1 : 0, 4);
      header.writeBigInt64LE(BigInt(ret), 8);
      header.writeUInt32LE(out.length, 16);
      header.writeUInt32LE(text.length, 20);
      const outs = out.flatMap((bytes) => [words(bytes.length, 0), aligned(bytes)]);
      return Buffer.concat([header, ...outs, aligned(Buffer.from(text))]);
    }),
  );
  const header = words(PROGRAM_STATUSES.indexOf(status), detail, body.length, log.length);
  return Buffer.concat([header, body, aligned(Buffer.from(log))]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeInt32LE(value, 4 * at));
  return bytes;
}

const aligned = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 7)]);

const address = fc.oneof(
  fc.integer({ min: 0, max: 8 << 20 }).map((offset) => ARENA + offset),
  fc.constantFrom(0, 4096, ARENA - 1, 2 ** 47 - 4096),
);
const number = fc.oneof(fc.integer({ min: -2, max: 200 }), address, fc.bigInt({ min: -(1n << 63n), max: 1n << 64n }));
/** Calls that reach init itself are left out; all others are tried with any arguments. */
const names = HOSTILE_SYSCALLS;
const out = fc.record({ at: address, bytes: fc.integer({ min: 0, max: 5000 }), upToReturn: fc.boolean() });
const fd = fc.integer({ min: 100, max: 110 });

const plainStep: fc.Arbitrary<Exclude<Step, { op: 'repeat' }>> = fc.oneof(
  fc.record(
    {
      op: fc.constant('syscall' as const),
      name: fc.constantFrom(...names),
      args: fc.array(number, { maxLength: 6 }),
      fd,
      pair: fc.record({ at: address, fds: fc.tuple(fd, fd) }),
      out: fc.array(out, { maxLength: 2 }),
      limit_ms: fc.integer({ min: 1, max: 30 }),
    },
    { requiredKeys: ['op', 'name', 'args', 'limit_ms'] },
  ),
  fc.record({
    op: fc.constant('poke' as const),
    at: address,
    bytes: fc.uint8Array({ maxLength: 64 }).map((each) => Buffer.from(each)),
  }),
  fc.record({ op: fc.constant('fill' as const), at: address, bytes: fc.nat(5000), seed: fc.integer() }),
  fc.record({ op: fc.constant('peek' as const), at: address, bytes: fc.nat(5000) }),
  fc.record({ op: fc.constant('add' as const), at: address, from: address, plus: fc.nat(0xffffffff) }),
);

/** Programs that mean nothing: any step with any number. */
export const stepPrograms: fc.Arbitrary<StepProgram> = fc.record({
  level: fc.constantFrom(...LEVELS),
  limit_ms: fc.constant(2000),
  steps: fc.array(
    fc.oneof(
      { weight: 9, arbitrary: plainStep },
      {
        weight: 1,
        arbitrary: fc.record({
          op: fc.constant('repeat' as const),
          times: fc.nat(20),
          until: fc.constantFrom('end' as const, 'error' as const),
          steps: fc.array(plainStep, { maxLength: 3 }),
        }),
      },
    ),
    { maxLength: 20 },
  ),
});
