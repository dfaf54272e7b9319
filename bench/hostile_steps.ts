import { SYSCALLS, type SyscallName } from '../src/commands/outside/abi/syscalls';
import {
  ARENA,
  ARENA_BYTES,
  FIRST_FD,
  type Step,
  type StepProgram,
  type SyscallStep,
} from '../src/commands/outside/step';
import { ProgramGenerator, generateOn } from '../src/generate/generator';
import { Random } from '../src/generate/random';
import { DRIVERLESS_SCENARIOS } from '../src/generate/scenarios/outside';
import { generatorSeed } from '../src/generate/seed';
import { compileProgram } from '../src/outside/compile';
import { PROLOGUE } from '../src/outside/judge_program';
import { encodePrograms } from '../src/protocol/outside/encode';
import { PROGRAM_HEADER_BYTES } from '../src/protocol/outside/wire';
import { profileNamed } from '../src/session/named';
import { Session } from '../src/session/session';
import { sessionOptions } from '../src/session/session_options';

/* Programs that no generator makes, and requests that no host sends. */

/** Calls with which root would harm init itself, its console, or all programs after it. */
const HARMFUL: readonly SyscallName[] = [
  'kill',
  'mount',
  'setns',
  'syslog',
  'acct',
  'sethostname',
  'iopl',
  'prlimit64',
];
export const HOSTILE_SYSCALLS = (Object.keys(SYSCALLS) as SyscallName[]).filter((name) => !HARMFUL.includes(name));
const HARMFUL_COMMANDS = ['privileged'];

/** Of a whole program and of a call: many programs wait for what never comes. */
const PROGRAM_LIMIT_MS = 2000;
const CALL_LIMIT_MAX_MS = 20;
const STEPS_MAX = 60;
const REPEATS_MAX = 40;
const STREAM = 0xbad;
/** The reply to a message is bounded by this field, which no mutation changes: the number of the level, the limit. */
const REQUEST_HEADER_BYTES = 8;
const LEVEL_USER = 1;

type Plain = Exclude<Step, { op: 'repeat' }>;

/** Mutates the steps of drawn programs. A number always makes the same program. */
export class HostileSteps {
  private readonly random = new Random();
  private readonly session: Session;
  private readonly generators: readonly ProgramGenerator[];

  /** @param target - a kernel's name, whose profile the programs have */
  constructor(private readonly target: string) {
    const profile = profileNamed(target);
    this.session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
    this.generators = DRIVERLESS_SCENARIOS.map((scenario) => ({
      ...scenario,
      commands: scenario.commands.filter(({ name }) => !HARMFUL_COMMANDS.includes(name)),
    })).map((scenario) => new ProgramGenerator(scenario, profile));
  }

  program(number: number): StepProgram {
    const { random } = this;
    random.seed(number, STREAM);
    const steps: Step[] = this.drawn(number).flatMap((step) => this.mutated(step));
    for (let more = random.below(8); more > 0; more--) steps.splice(random.below(steps.length + 1), 0, this.stranger());
    if (random.below(4) === 0) this.shuffle(steps);
    return {
      level: random.below(4) === 0 ? 'root' : 'user',
      limit_ms: PROGRAM_LIMIT_MS,
      steps: steps.slice(0, STEPS_MAX),
    };
  }

  /** A message with a program, some of whose bytes are others, or missing. Rights and time limit stay. */
  message(number: number): Buffer {
    const whole = encodePrograms([{ ...this.program(number), level: 'user' }]);
    const { random } = this;
    const changed = Buffer.from(whole);
    for (let changes = random.below(6); changes >= 0; changes--) {
      // Whole words hold lengths and counts; numbers of system calls stay, and so no program forks.
      const at = 4 * random.below(changed.length >> 2);
      if (!isSyscallNumber(whole, at)) changed.writeUInt32LE(this.word(), at);
    }
    const cut = random.below(4) === 0 ? changed.subarray(0, random.below(changed.length)) : changed;
    if (cut.length < REQUEST_HEADER_BYTES + PROGRAM_HEADER_BYTES) return cut;
    cut.writeUInt32LE(LEVEL_USER, REQUEST_HEADER_BYTES);
    cut.writeUInt32LE(PROGRAM_LIMIT_MS, REQUEST_HEADER_BYTES + 4);
    return cut;
  }

  private drawn(number: number): readonly Step[] {
    const generator = this.generators[number % this.generators.length];
    const { session, target } = this;
    session.begin();
    const program = generateOn(generator, session.world, target, generatorSeed(number));
    return compileProgram(session, program, PROLOGUE).steps.steps;
  }

  /** None, one or some steps in the place of one. */
  private mutated(step: Step): readonly Step[] {
    const { random } = this;
    switch (random.below(12)) {
      case 0:
        return [];
      case 1:
        return [step, step];
      case 2:
        return step.op === 'repeat' ? step.steps : [this.repeated(step)];
      case 3:
        return [this.stranger(), step];
      default:
        return [step.op === 'repeat' ? { ...step, times: Math.min(step.times, REPEATS_MAX) } : this.changed(step)];
    }
  }

  private repeated(step: Plain): Step {
    const { random } = this;
    const steps = Array.from({ length: 1 + random.below(3) }, () => this.changed(step));
    return { op: 'repeat', times: random.below(REPEATS_MAX), until: random.below(2) === 0 ? 'end' : 'error', steps };
  }

  private changed(step: Plain): Plain {
    if (step.op !== 'syscall') return this.random.below(6) === 0 ? { ...step, at: Number(this.address()) } : step;
    const { random } = this;
    const name = random.below(16) === 0 ? this.name() : step.name;
    const args = step.args.map((arg) => (random.below(8) === 0 ? this.number() : arg));
    const limit_ms = 1 + random.below(CALL_LIMIT_MAX_MS);
    return { ...step, name, args, limit_ms, ...(random.below(16) === 0 ? { fd: this.fd() } : {}) };
  }

  private stranger(): SyscallStep {
    const args = Array.from({ length: this.random.below(7) }, () => this.number());
    return { op: 'syscall', name: this.name(), args, limit_ms: 1 + this.random.below(CALL_LIMIT_MAX_MS) };
  }

  private name(): SyscallName {
    return HOSTILE_SYSCALLS[this.random.below(HOSTILE_SYSCALLS.length)];
  }

  /** An argument of a call: a descriptor, a size, flags, an address, or anything. */
  private number(): number | bigint {
    const { random } = this;
    switch (random.below(6)) {
      case 0:
        return this.fd();
      case 1:
        return random.below(1 << 18);
      case 2:
        return 2 ** random.below(48);
      case 3:
        return this.address();
      case 4:
        return [-1, -2, -100, 0, 1, 4096, 0x7fff_ffff, 0xffff_ffff][random.below(8)];
      default:
        return (BigInt(random.next() >>> 0) << 32n) | BigInt(random.next() >>> 0);
    }
  }

  private address(): number | bigint {
    const { random } = this;
    const ends = [0, 4096, ARENA - 1, ARENA + ARENA_BYTES - 8, 2 ** 47 - 4096];
    return random.below(3) === 0 ? ends[random.below(ends.length)] : ARENA + random.below(ARENA_BYTES);
  }

  private fd(): number {
    return FIRST_FD + this.random.below(60);
  }

  private word(): number {
    const { random } = this;
    return [0, 1, 7, 8, 0xffff_ffff, random.below(256), random.next() >>> 0][random.below(7)];
  }

  private shuffle(steps: Step[]): void {
    for (let i = steps.length - 1; i > 0; i--) {
      const j = this.random.below(i + 1);
      [steps[i], steps[j]] = [steps[j], steps[i]];
    }
  }
}

const NUMBERS: readonly number[] = Object.values(SYSCALLS);
const OP_SYSCALL = 1;

/** Whether a word may be the number of a system call: it stands behind the kind and the length of a step. */
function isSyscallNumber(request: Buffer, at: number): boolean {
  if (at < 8 || at % 8 !== 0) return false;
  return request.readUInt32LE(at - 8) === OP_SYSCALL && NUMBERS.includes(request.readUInt32LE(at));
}
