import type { Program } from '../../program/program';
import type { Mutant } from '../../rules/mutants';
import { UsageError } from '../../session/errors';
import type { Conditions } from '../../session/session_options';
import { mutantNamed, NO_MUTANT } from '../../session/named';

/** The options of the command line that set the conditions of a run. */
export interface ConditionOptions {
  readonly mutant?: string;
  readonly abuse?: boolean;
  readonly provoke?: boolean;
}

/** The conditions of a run: those of the file, and those of the command line. */
export type RunConditions = Conditions;

/** @throws UsageError when the command line names another mutant than the file */
export function conditionsOf(file: string, program: Program, options: ConditionOptions): RunConditions {
  const mutant = mutantOf(file, program.mutant, options.mutant);
  return {
    ...(mutant === undefined ? {} : { mutant }),
    abuse: options.abuse === true || program.abuse === true,
    provoke: options.provoke === true || program.provoke === true,
  };
}

/** The program with the conditions of a run as its own. */
export function withConditions(program: Program, { mutant, abuse, provoke }: RunConditions): Program {
  return { ...program, mutant: mutant?.id, abuse, provoke };
}

function mutantOf(file: string, ofFile: string | undefined, asked: string | undefined): Mutant | undefined {
  if (asked === NO_MUTANT) return undefined;
  if (asked === undefined) return ofFile === undefined ? undefined : mutantNamed(ofFile);
  const mutant = mutantNamed(asked);
  if (ofFile === undefined || ofFile === mutant.id) return mutant;
  throw new UsageError(
    `${file} has the line 'mutant ${ofFile}', so --mutant ${asked} cannot run it; ` +
      `--mutant ${NO_MUTANT} runs it without a mutant`,
  );
}
