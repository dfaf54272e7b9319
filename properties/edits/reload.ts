import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(__dirname, '..', '..');
/** No file in these directories imports an invariant: they stay loaded, and compiled by the engine. */
const KEPT = ['properties/edits', 'src/model', 'src/rules', 'src/commands', 'src/program', 'src/generate'].map(
  (directory) => path.join(root, ...directory.split('/')) + path.sep,
);
const load = createRequire(__filename);
const compiled = new Map<string, string>();
let changed: { readonly file: string; readonly text: string } | null = null;

interface Loader {
  _extensions: Record<string, (module: { _compile(code: string, file: string): void }, file: string) => void>;
}

function compile(text: string, fileName: string): string {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true };
  return ts.transpileModule(text, { fileName, compilerOptions }).outputText;
}

/**
 * Compiles sources when they are required, each once even if it is loaded again; the changed one from its changed text.
 */
export function installLoader(): void {
  (Module as unknown as Loader)._extensions['.ts'] = (module, file) => {
    if (changed?.file === file) {
      module._compile(compile(changed.text, file), file);
      return;
    }
    let code = compiled.get(file);
    if (code === undefined) compiled.set(file, (code = compile(fs.readFileSync(file, 'utf8'), file)));
    module._compile(code, file);
  };
}

/** Loads a module of this checkout, and all modules of it that it imports, with `text` as the text of `file`. */
export function loadWith(target: string, file: string | null, text: string): unknown {
  changed = file === null ? null : { file, text };
  for (const name of Object.keys(load.cache)) {
    const ours = name.startsWith(root + path.sep) && !name.includes(`${path.sep}node_modules${path.sep}`);
    if (ours && !KEPT.some((kept) => name.startsWith(kept))) delete load.cache[name];
  }
  return load(target);
}
