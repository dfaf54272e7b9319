import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printProgram } from '../../program/print';
import type { ExportedOutside } from './exported_outside';
import { outsideReadme } from './outside_readme';
import { outsideProgramC } from './program_c';

/**
 * The files of a folder that makes the system calls of a program without this project.
 * @param kernel - the folder kernel/ of this project
 * @returns text by path below the folder
 */
export function outsideFolder(kernel: string, exported: ExportedOutside): Readonly<Record<string, string>> {
  const runtime = readFileSync(join(kernel, 'repro/user_space.h'), 'utf8');
  return {
    README: outsideReadme(exported),
    'program.skb': printProgram(exported.program),
    'repro.c': outsideProgramC(runtime, exported),
  };
}
