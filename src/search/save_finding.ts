import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printProgram } from '../program/print';
import type { Program } from '../program/program';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';

/**
 * Saves a program under a name that follows from its signature and profile, so that the same finding is the same file.
 * @returns the path
 */
export function saveFinding(directory: string, program: Program, verdict: Verdict, where: string): string {
  const signature = `${where} ${signatureOf(verdict)}`;
  const slug = signature
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  const path = join(
    directory,
    `${slug}-${createHash('sha1').update(`${program.profile} ${signature}`).digest('hex').slice(0, 8)}.skb`,
  );
  mkdirSync(directory, { recursive: true });
  const comments = new Map(program.comments ?? []);
  comments.set(0, [`# ${where}: ${sentenceOf(verdict)}`, ...(comments.get(0) ?? [])]);
  writeFileSync(path, printProgram({ ...program, comments }));
  return path;
}
