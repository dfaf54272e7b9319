import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/cli';
import type { Sources } from './page';

/**
 * Checks the types of single files of src/ with changed sources laid over the tree. One program lives through all
 * checks: files that do not change are parsed once, and only the types that the asked files need are looked at.
 */
export class TypeChecker {
  private over: Sources = new Map();
  private version = 0;
  private readonly versions = new Map<string, number>();
  private readonly names: readonly string[];
  private readonly service: ts.LanguageService;

  constructor() {
    this.names = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.posix.join('src', name.split(path.sep).join('/')));
    this.service = ts.createLanguageService(this.host());
  }

  /**
   * The complaints of the compiler about files of src/.
   * @param over - changed and new sources; every other file is as it is in the tree
   * @param files - those that are asked; of those that do not exist nothing is said
   */
  complaints(over: Sources, files: readonly string[]): string[] {
    this.version++;
    for (const file of [...this.over.keys(), ...over.keys()])
      if (this.over.get(file) !== over.get(file)) this.versions.set(file, this.version);
    this.over = over;
    const existing = files.filter((file) => file.endsWith('.ts') && this.textOf(file) !== undefined);
    return existing.flatMap((file) => {
      const name = path.join(ROOT, file);
      const found = [...this.service.getSyntacticDiagnostics(name), ...this.service.getSemanticDiagnostics(name)];
      return found.map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    });
  }

  dispose(): void {
    this.service.dispose();
  }

  private textOf(file: string): string | undefined {
    const text = this.over.get(file);
    if (text !== undefined) return text;
    const name = path.join(ROOT, file);
    return existsSync(name) ? readFileSync(name, 'utf8') : undefined;
  }

  private host(): ts.LanguageServiceHost {
    const config = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), (name) => ts.sys.readFile(name))
      .config as object;
    const { options } = ts.parseJsonConfigFileContent(
      { ...config, include: [], files: ['jest.config.ts'] },
      ts.sys,
      ROOT,
    );
    const relative = (name: string): string => path.relative(ROOT, name).split(path.sep).join('/');
    return {
      getCompilationSettings: () => ({ ...options, types: ['node'], incremental: false, tsBuildInfoFile: undefined }),
      getCurrentDirectory: () => ROOT,
      getDefaultLibFileName: (of) => ts.getDefaultLibFilePath(of),
      getScriptFileNames: () =>
        [...new Set([...this.names, ...[...this.over.keys()].filter((name) => name.endsWith('.ts'))])].map((name) =>
          path.join(ROOT, name),
        ),
      getScriptVersion: (name) => String(this.versions.get(relative(name)) ?? 0),
      getScriptSnapshot: (name) => {
        const text = this.over.get(relative(name)) ?? ts.sys.readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      fileExists: (name) => this.over.has(relative(name)) || ts.sys.fileExists(name),
      readFile: (name) => this.over.get(relative(name)) ?? ts.sys.readFile(name),
      readDirectory: (...args) => ts.sys.readDirectory(...args),
      directoryExists: (name) => ts.sys.directoryExists(name),
      getDirectories: (name) => ts.sys.getDirectories(name),
    };
  }
}
