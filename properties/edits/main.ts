// `npm run edits`: arbitrary edits of the invariants' code, one after the other. The suite of
// properties/invariants.test.ts must notice each.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { whyEquivalent } from './equivalent';
import { edited, editsOf, type Edit } from './edits_of';
import type { EditReply, EditRequest } from './worker';

/** Time of the processor after which an edit counts as an endless loop. The suite needs a tenth of it. */
const EDIT_CPU_MS_MAX = 15_000;
const TICKS_MS = 10;
const LOOK_MS = 1_000;
const WANTED = 0.9;
const invariants = path.resolve(__dirname, '..', '..', 'src', 'invariants');

interface Judged {
  readonly edit: Edit;
  readonly problem: string | null;
}

/** The processor time of the process: other work on the machine does not make an edit look endless. */
function cpuMs({ pid }: ChildProcess): number {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICKS_MS;
  } catch {
    return 0;
  }
}

/** A process that judges edits, replaced by a new one after each edit that had to be killed. */
class Judge {
  private child: ChildProcess | null = null;

  async judge(request: EditRequest): Promise<string | null> {
    const child = (this.child ??= fork(path.join(__dirname, 'worker.ts'), { execArgv: process.execArgv }));
    const start = cpuMs(child);
    const timer = setInterval(() => {
      if (cpuMs(child) - start > EDIT_CPU_MS_MAX) child.kill('SIGKILL');
    }, LOOK_MS);
    const reply = once(child, 'message').then(([message]) => (message as EditReply).problem);
    const gone = once(child, 'exit').then(() => {
      this.child = null;
      return 'it does not end, or the process dies';
    });
    child.send(request);
    const problem = await Promise.race([reply, gone]);
    clearInterval(timer);
    child.removeAllListeners();
    return problem;
  }

  close(): void {
    this.child?.kill();
  }
}

async function judgeAll(
  edits: readonly Edit[],
  texts: ReadonlyMap<string, string>,
  workers: number,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const judge = new Judge();
    if ((await judge.judge({ file: null, text: '' })) !== null)
      throw new Error('the suite complains about the code as it is');
    while (next < edits.length) {
      const edit = edits[next++];
      const text = edited(texts.get(edit.file) as string, edit);
      const problem = await judge.judge({ file: edit.file, text });
      judged.push({ edit, problem });
      const { file, line, from, to } = edit;
      const change = `${path.basename(file)}:${line}: ${short(from)} -> ${short(to)}`;
      process.stdout.write(
        `${problem === null ? 'LIVES ' : 'killed'} ${change}${problem === null ? '' : `  (${short(problem)})`}\n`,
      );
    }
    // The loaded modules are unchanged: no edit was killed by the remains of an earlier one.
    if ((await judge.judge({ file: null, text: '' })) !== null) throw new Error('an edit left something behind');
    judge.close();
  };
  await Promise.all(Array.from({ length: workers }, work));
  return judged;
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      every: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      workers: { type: 'string', default: String(os.availableParallelism()) },
    },
  });
  const files = fs
    .readdirSync(invariants, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'));
  const names = files.filter((name) => positionals.length === 0 || positionals.includes(name));
  const texts = new Map(
    names.map((name) => [path.join(invariants, name), fs.readFileSync(path.join(invariants, name), 'utf8')]),
  );
  const made = [...texts].flatMap(([file, text]) => editsOf(file, text));
  const all = made.filter((edit) => whyEquivalent(edit, texts.get(edit.file) as string) === undefined);
  process.stdout.write(`${made.length} edits, ${made.length - all.length} of them change nothing (equivalent.ts)\n`);
  const edits = all.filter((_, i) => i % Number(values.every) === Number(values.from) % Number(values.every));
  const judged = await judgeAll(edits, texts, Number(values.workers));
  const byFile = new Map<string, Judged[]>();
  for (const one of judged) byFile.set(one.edit.file, [...(byFile.get(one.edit.file) ?? []), one]);
  process.stdout.write('\n');
  for (const [file, ofFile] of [...byFile].sort()) {
    const killed = ofFile.filter(({ problem }) => problem !== null).length;
    process.stdout.write(`${path.basename(file).padEnd(28)} ${killed} of ${ofFile.length}\n`);
  }
  const killed = judged.filter(({ problem }) => problem !== null).length;
  const share = killed / judged.length;
  process.stdout.write(`\n${killed} of ${judged.length} edits killed, ${(share * 100).toFixed(1)} %\n`);
  return share >= WANTED ? 0 : 1;
}

void main().then((code) => (process.exitCode = code));
