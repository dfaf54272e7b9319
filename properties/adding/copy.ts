import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { ROOT, type Ended } from '../support/cli';
import type { Sources } from './page';

/** The files and folders that a built tree runs from, beside its packages. */
const PARTS = ['package.json', 'bin', 'tools', 'kernel', path.join('dist', 'src')];

/** A copy of the built tree with changed sources. Types are not checked. */
export class TreeCopy {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'skbcheck-adding-'));

  constructor(private sources: Sources) {
    for (const part of PARTS)
      cpSync(path.join(ROOT, part), path.join(this.folder, part), {
        recursive: true,
        filter: (name) => !/\.(map|d\.ts)$/.test(name),
      });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.folder, 'node_modules'));
    for (const [file, text] of sources) this.put(file, text);
  }

  /** Other changed sources instead of those that it has: much faster than another copy. */
  become(sources: Sources): void {
    for (const file of this.sources.keys()) if (!sources.has(file)) this.restore(file);
    for (const [file, text] of sources) if (this.sources.get(file) !== text) this.put(file, text);
    this.sources = sources;
  }

  /** Runs its `skbcheck` with these words to its end. */
  skbcheck(...args: string[]): Ended {
    return this.node(path.join('bin', 'skbcheck.js'), ...args);
  }

  /** The output of a script that runs in its folder. */
  evaluate(script: string): string {
    const { code, stdout, stderr } = this.node('-e', script);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  }

  /** Writes a program, and returns its path. */
  program(name: string, text: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private node(...args: string[]): Ended {
    const done = spawnSync(process.execPath, args, {
      cwd: this.folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 300_000,
    });
    return { code: done.status, stdout: done.stdout, stderr: done.stderr };
  }

  private put(file: string, text: string): void {
    const to = path.join(this.folder, ranFrom(file));
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, file.endsWith('.ts') ? translated(text) : text);
  }

  private restore(file: string): void {
    const [from, to] = [ROOT, this.folder].map((folder) => path.join(folder, ranFrom(file)));
    if (existsSync(from)) copyFileSync(from, to);
    else rmSync(to, { force: true });
  }
}

/** The file of a built tree that is made of a source. */
const ranFrom = (file: string): string =>
  file.endsWith('.ts') ? path.join('dist', file.replace(/\.ts$/, '.js')) : file;

function translated(text: string): string {
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.CommonJS,
    esModuleInterop: true,
  };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}
