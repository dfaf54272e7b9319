import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printProgram } from '../program/print';
import type { Program } from '../program/program';
import { sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { foundOnText } from './found_on';

/** In the working directory. */
export const FINDINGS_DIRECTORY = 'findings';

/** Different programs of one signature that are kept: more are not worth a file each. */
const NAMES_MAX = 100;

/**
 * The file of a finding. It has the raw program from the moment of the finding on, and the reduced one later, with the
 * conditions under which the program shows it. Its name follows from its signature and profile. A file that differs is
 * never overwritten, since people write into them: the name gets `-2`, `-3`, ….
 */
export class SavedFinding {
  path = '';
  private text = '';

  /** @param where - the target, and the mutant of the model */
  constructor(
    private readonly directory: string,
    private readonly where: string,
  ) {}

  /**
   * Saves a program in place of the last one, if nobody has changed that one since.
   *
   * @returns the path
   * @throws Error when NAMES_MAX files of that name have other contents
   */
  save(program: Program, verdict: Verdict): string {
    const before = { path: this.path, text: this.text };
    this.text = this.textOf(program, verdict);
    mkdirSync(this.directory, { recursive: true });
    this.path = this.place(this.nameOf(program, verdict), before);
    if (before.path !== '' && before.path !== this.path && contentOf(before.path) === before.text) rmSync(before.path);
    return this.path;
  }

  private textOf(program: Program, verdict: Verdict): string {
    const comments = new Map(program.comments ?? []);
    comments.set(0, [`${foundOnText(this.where)}${sentenceOf(verdict)}`, ...(comments.get(0) ?? [])]);
    return printProgram({ ...program, comments });
  }

  /** Without `.skb`. */
  private nameOf({ profile }: Program, verdict: Verdict): string {
    const signature = `${this.where} ${signatureOf(verdict)}`;
    const slug = signature
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60);
    return `${slug}-${createHash('sha1').update(`${profile} ${signature}`).digest('hex').slice(0, 8)}`;
  }

  /** Writes the text to the first file of that name which is not there, has that text, or is ours. */
  private place(name: string, ours: { readonly path: string; readonly text: string }): string {
    for (let n = 1; n <= NAMES_MAX; n++) {
      const path = join(this.directory, `${name}${n === 1 ? '' : `-${n}`}.skb`);
      if (writeNew(path, this.text)) return path;
      if (path === ours.path && contentOf(path) === ours.text) return (replace(path, this.text), path);
    }
    throw new Error(`${join(this.directory, name)}: there are ${NAMES_MAX} programs of this finding already`);
  }
}

/** Writes a file that is not there. Returns whether the file now has the text. */
function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return contentOf(path) === text;
  }
}

/** A search that is killed meanwhile leaves the old text or the new one. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
