import type { Command } from 'commander';
import { PROFILES } from '../rules/profiles';
import { frame, FrameReader } from '../targets/linux/frames';
import { MESSAGE_MAX_BYTES } from '../protocol/messages';
import { ModelServer } from '../targets/serve';
import { UsageError } from '../session/errors';
import { mutantNamed, profileNamed } from '../session/named';
import { noteDocument } from './support/output';
import { sessionOptions } from '../session/session_options';
import { EXIT_CLEAN, EXIT_TOO_LITTLE, type Exit } from './support/exit';

interface ServeOptions {
  readonly profile?: string;
  readonly mutant?: string;
  readonly json?: boolean;
}

/** `skbcheck serve`: the model as a target, a reference for authors of targets. */
export function addServe(program: Command, exit: Exit): void {
  program
    .command('serve')
    .description(
      'answer as the model, in the protocol of docs/reference/lockstep.md on stdin and stdout, ' +
        'to compare your own target with',
    )
    .option('--profile <name>', 'rules of the model')
    .option('--mutant <id>', 'break one rule of the model')
    .option('--json', 'print one JSON document at the end, on stderr, because stdout has the protocol')
    .action(async (options: ServeOptions) => {
      const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);
      const profile = profileNamed(options.profile ?? mutant?.profile ?? PROFILES[PROFILES.length - 1].name);
      const { rules } = sessionOptions(profile, mutant, profile.abi, true);
      const answered = await serve(new ModelServer({ ...profile, rules }));
      if (options.json === true) noteDocument('serve', { answered });
      exit.code = answered === 0 ? EXIT_TOO_LITTLE : EXIT_CLEAN;
    });
}

/** Answers messages until stdin ends or a frame has length zero. Returns the number of answers. */
async function serve(server: ModelServer): Promise<number> {
  let answered = 0;
  const reader = new FrameReader(MESSAGE_MAX_BYTES);
  for await (const chunk of process.stdin) {
    for (const message of framesOf(reader, chunk as Buffer)) {
      if (message.length === 0) return answered;
      answered++;
      if (!process.stdout.write(frame(server.answer(message))))
        await new Promise((resume) => process.stdout.once('drain', resume));
    }
  }
  return answered;
}

function framesOf(reader: FrameReader, chunk: Buffer): Buffer[] {
  try {
    return reader.push(chunk);
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(`stdin does not follow the protocol of docs/reference/lockstep.md: ${error.message}`);
    throw error;
  }
}
