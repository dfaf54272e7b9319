import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, type Ended } from './cli';

/**
 * Runs each line of stdin, `{ args, cwd }`, as a command line, and answers with its end on file descriptor 3. Stdout and
 * stderr of a command line are taken where it writes them.
 */
const SCRIPT = `
  const { main } = require(${JSON.stringify(path.join(ROOT, 'dist/src/cli/main.js'))});
  const { createWriteStream } = require('node:fs');
  const answers = createWriteStream('', { fd: 3 });
  let ended;
  for (const stream of ['stdout', 'stderr'])
    process[stream].write = (text) => ((ended[stream] += String(text)), true);
  require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
    const { args, cwd } = JSON.parse(line);
    ended = { code: null, stdout: '', stderr: '' };
    process.chdir(cwd);
    try {
      ended.code = await main(args);
    } catch (error) {
      ended.stderr += error.stack;
    }
    answers.write(JSON.stringify(ended) + '\\n');
  });
`;

/**
 * The built command line in one process of its own, which runs command lines one after the other: as fast as in this
 * process, and with the imports that jest cannot follow.
 */
export class MainProcess {
  private readonly child: ChildProcess;
  private take: (ended: Ended) => void = () => undefined;

  /** @param folder - for the script: with `node -e`, the processes that a command line forks would run it too */
  constructor(folder: string, env: NodeJS.ProcessEnv) {
    const script = path.join(folder, 'main-process.js');
    writeFileSync(script, SCRIPT);
    this.child = spawn(process.execPath, [script], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    });
    const answers = this.child.stdio[3] as NodeJS.ReadableStream;
    createInterface({ input: answers }).on('line', (line) => this.take(JSON.parse(line) as Ended));
    this.child.once('exit', (code) => this.take({ code: null, stdout: '', stderr: `the process ended with ${code}` }));
  }

  run(args: readonly string[], cwd: string): Promise<Ended> {
    return new Promise((resolve) => {
      this.take = resolve;
      this.child.stdin?.write(`${JSON.stringify({ args, cwd })}\n`);
    });
  }

  close(): void {
    this.child.stdin?.end();
    this.child.kill();
  }
}
