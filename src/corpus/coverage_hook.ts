import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { createInstrumenter, Instrumenter } from 'istanbul-lib-instrument';
import { CountedFiles } from './counted_files';

type RawSourceMap = Parameters<Instrumenter['instrumentSync']>[2];

const INSTRUMENTER = 'istanbul-lib-instrument';
const load = createRequire(__filename);

/** Name of the global object that holds the counters, by file. */
export const COUNTERS = '__skbcheck_coverage__';
/** This variable is 1 in the environment of a process that counts. Its first module (`node -r`) is this file. */
export const COVERAGE_VARIABLE = 'SKBCHECK_COVERAGE';

type Compile = (this: NodeModule, code: string, file: string) => unknown;

const MODEL = join(dirname(__dirname), 'model') + sep;

/**
 * Loads every file of the model with istanbul's counters from now on. No file of the model may be loaded before. Other
 * files are not instrumented, because a search asks which branches of the kernel's functions it has taken.
 */
function countModel(): void {
  const kept = new CountedFiles(CountedFiles.pathInCache(), versionOfInstrumenter());
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compile = prototype._compile;
  prototype._compile = function (code, file) {
    return compile.call(this, file.startsWith(MODEL) ? countedCode(kept, code, file) : code, file);
  };
  // The main module has loaded all files of the model by then.
  setImmediate(() => kept.save());
}

function countedCode(kept: CountedFiles, code: string, file: string): string {
  const map = sourceMapOf(file);
  return kept.codeOf([file, code, map ?? ''], () =>
    instrumenter().instrumentSync(code, file, map === undefined ? undefined : (JSON.parse(map) as RawSourceMap)),
  );
}

let made: Instrumenter | undefined;

/** Babel is loaded only where a file must be instrumented: that alone takes half a second. */
function instrumenter(): Instrumenter {
  const create = (load(INSTRUMENTER) as { createInstrumenter: typeof createInstrumenter }).createInstrumenter;
  return (made ??= create({
    coverageVariable: COUNTERS,
    esModules: false,
    compact: true,
    produceSourceMap: false,
  }));
}

function versionOfInstrumenter(): string {
  return (load(`${INSTRUMENTER}/package.json`) as { version: string }).version;
}

/** The source map of a compiled file, as JSON; undefined when there is none. */
function sourceMapOf(file: string): string | undefined {
  try {
    return readFileSync(`${file}.map`, 'utf8');
  } catch {
    return undefined;
  }
}

if (process.env[COVERAGE_VARIABLE] === '1') countModel();
