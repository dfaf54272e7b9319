import type { Program } from '../../../program/program';
import type { BisectStep } from '../../../report/documents/bisect_document';
import { repeatedVerdict } from '../../../search/repeated_verdict';
import { firstLine, TargetUnavailableError } from '../../../session/errors';
import { sentenceOf, signatureOf } from '../../../session/verdict';
import { UnreachableError } from '../../../targets/linux/debian/archive';
import { setUpImages } from '../../../targets/linux';
import { outsideJudge } from '../outside/hunt_kernels';
import type { Candidate } from './bisect_candidates';
import type { Asker } from './asker';

/** Runs on each release: a program that leaves something to chance must not seem mended where it was lucky. */
const RUNS = 8;

/** Asks releases what a program of user space sees on them. They need neither headers nor a module. */
export class OutsideAsker implements Asker {
  private lostRepository = false;

  constructor(
    private readonly program: Program,
    private readonly say: (line: string) => void,
  ) {}

  canAsk({ isSetUp }: Candidate): boolean {
    return isSetUp || !this.lostRepository;
  }

  async ask(candidate: Candidate): Promise<BisectStep> {
    const { name } = candidate;
    try {
      const target = candidate.target ?? (await setUpImages([name], this.say))[0].target;
      return await this.asked(name, target);
    } catch (error) {
      if (!(error instanceof TargetUnavailableError)) throw error;
      if (error instanceof UnreachableError) this.lostRepository = true;
      return { release: name, signature: null, sentence: `cannot be asked: ${firstLine(error)}` };
    }
  }

  private async asked(release: string, target: string): Promise<BisectStep> {
    const judge = outsideJudge(target);
    try {
      const { verdict } = await repeatedVerdict(judge, this.program, RUNS);
      return { release, signature: signatureOf(verdict), sentence: sentenceOf(verdict) };
    } finally {
      await judge.close();
    }
  }
}
