import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printProgram } from '../program/print';
import type { Program } from '../program/program';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';

/** Different programs of one signature that are kept: more are not worth a file each. */
const NAMES_MAX = 100;

/**
 * Saves a program, with the conditions under which it shows its finding. Its name follows from its signature and
 * profile. A file that differs is never overwritten, since people write into them: the name gets `-2`, `-3`, ….
 *
 * @returns the path
 * @throws Error when NAMES_MAX files of that name have other contents
 */
export function saveFinding(directory: string, program: Program, verdict: Verdict, where: string): string {
  const signature = `${where} ${signatureOf(verdict)}`;
  const slug = signature
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  const digest = createHash('sha1').update(`${program.profile} ${signature}`).digest('hex').slice(0, 8);
  const comments = new Map(program.comments ?? []);
  comments.set(0, [`# ${where}: ${sentenceOf(verdict)}`, ...(comments.get(0) ?? [])]);
  const text = printProgram({ ...program, comments });
  mkdirSync(directory, { recursive: true });
  for (let n = 1; n <= NAMES_MAX; n++) {
    const path = join(directory, `${slug}-${digest}${n === 1 ? '' : `-${n}`}.skb`);
    if (writeNew(path, text)) return path;
  }
  throw new Error(`${join(directory, `${slug}-${digest}`)}: there are ${NAMES_MAX} programs of this finding already`);
}

/** Writes a file that is not there. Returns whether the file now has the text. */
function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8') === text;
  }
}
