import { runsOnKernel } from '../../../commands/available';
import { leakVerdict } from '../../../lockstep/leak_verdict';
import { Batch } from '../../../lockstep/batch';
import { TargetJudge } from '../../../lockstep/target_judge';
import type { Program } from '../../../program/program';
import type { BisectStep } from '../../../report/documents/bisect_document';
import { firstLine, TargetUnavailableError } from '../../../session/errors';
import { profileNamed } from '../../../session/named';
import { runOnModel } from '../../../session/run_model';
import { Session } from '../../../session/session';
import { conditionedOptions } from '../../../session/session_options';
import { sentenceOf, signatureOf } from '../../../session/verdict';
import { UnreachableError } from '../../../targets/linux/debian/archive';
import { bootTarget, setupKernels } from '../../../targets/linux';
import { vmLink } from '../../../targets/linux/link';
import type { RunConditions } from '../conditions';
import type { Asker } from './asker';
import type { Candidate } from './bisect_candidates';
import { versionText } from './git_lines';

/** A release that was asked, with its raw answers. */
interface Asked {
  readonly step: BisectStep;
  /** The words of the answer to the whole program; absent: it died of it, or could not be asked. */
  readonly words?: Uint32Array;
}

/** Asks releases how a program ends on them, always by the rules of the program's own profile. */
export class ReleaseAsker implements Asker {
  /** The calls that every release gets, as the model of the first executes them. */
  private request?: Buffer;
  private firstWords?: Uint32Array;
  private lostRepository = false;

  constructor(
    private readonly program: Program,
    private readonly conditions: RunConditions,
    private readonly say: (line: string) => void,
    /** Absent: the system's own. */
    private readonly aptFolder?: string,
  ) {}

  /** False after the repository could not be reached: a release that must be fetched would wait for it in vain. */
  canAsk({ isSetUp }: Candidate): boolean {
    return isSetUp || !this.lostRepository;
  }

  /** A release that cannot be fetched, built or booted has no signature. */
  async ask(candidate: Candidate): Promise<BisectStep> {
    const lacking = this.program.calls.find(({ command }) => !runsOnKernel(command, `linux-${candidate.name}`));
    if (lacking !== undefined) {
      const sentence = `cannot be asked: its kernel does not run ${lacking.command.name}`;
      return { release: candidate.name, signature: null, sentence };
    }
    try {
      const { step, words } = await this.asked(candidate, await this.targetOf(candidate));
      this.firstWords ??= words;
      if (words === undefined || this.firstWords === undefined) return step;
      return { ...step, answersAsFirst: areEqual(words, this.firstWords) };
    } catch (error) {
      if (!(error instanceof TargetUnavailableError)) throw error;
      if (error instanceof UnreachableError) this.lostRepository = true;
      return { release: candidate.name, signature: null, sentence: `cannot be asked: ${firstLine(error)}` };
    }
  }

  private async targetOf({ target, name }: Candidate): Promise<string> {
    if (target !== undefined) return target;
    const { say, aptFolder } = this;
    // The bare number means the package that this Debian's own compiler built, where two versions of Debian have it.
    const [kernel] = await setupKernels({ asked: [name], say, aptFolder });
    return kernel.target;
  }

  private async asked({ name }: Candidate, target: string): Promise<Asked> {
    const { program, conditions, say } = this;
    const profile = profileNamed(program.profile);
    let version: string | undefined;
    const open = async (signal?: AbortSignal) => {
      const vm = await bootTarget(target, { say, signal });
      version = versionText(vm.abi.linuxVersionCode);
      return vmLink(target, vm, profile);
    };
    const link = await open();
    const session = new Session(conditionedOptions(profile, conditions, link.abi));
    const judge = new TargetJudge(open, session, link);
    try {
      this.request ??= requestOf(session, program);
      let verdict = await judge.judge(program);
      const { words } = await (await judge.link()).execute(this.request);
      if (words === undefined) await judge.forget();
      else if (verdict.kind === 'clean') verdict = await leakVerdict(judge, program);
      const step = { release: name, version, signature: signatureOf(verdict), sentence: sentenceOf(verdict) };
      return { step, words };
    } finally {
      await judge.close();
    }
  }
}

function requestOf(session: Session, program: Program): Buffer {
  const batch = new Batch();
  batch.beginProgram(0);
  runOnModel(session, program, ({ call, outcome }) => {
    if (outcome >= 0) batch.executed(session.world, call);
  });
  return batch.request();
}

function areEqual(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
