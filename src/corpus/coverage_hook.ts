import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type * as Instrument from 'istanbul-lib-instrument';
import { CountedFiles } from './counted_files';

type RawSourceMap = Parameters<Instrument.Instrumenter['instrumentSync']>[2];

/** Name of the global object that holds the counters, by file. */
export const COUNTERS = '__skbcheck_coverage__';
/** This variable is 1 in the environment of a process that counts. Its first module (`node -r`) is this file. */
export const COVERAGE_VARIABLE = 'SKBCHECK_COVERAGE';

const OPTIONS = { coverageVariable: COUNTERS, esModules: false, compact: true, produceSourceMap: false } as const;

type Compile = (this: NodeModule, code: string, file: string) => unknown;

const MODEL = join(dirname(__dirname), 'model') + sep;

/**
 * Loads every file of the model with istanbul's counters from now on. No file of the model may be loaded before. Other
 * files are not instrumented, because a search asks which branches of the kernel's functions it has taken.
 */
function countModel(): void {
  const kept = new CountedFiles(CountedFiles.pathInCache(), `${versionOfInstrumenter()} ${JSON.stringify(OPTIONS)}`);
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

let made: Instrument.Instrumenter | undefined;

/** Babel is loaded only where a file must be instrumented: that alone takes half a second. */
function instrumenter(): Instrument.Instrumenter {
  if (made !== undefined) return made;
  const require = createRequire(__filename);
  const { createInstrumenter: create } = require('istanbul-lib-instrument') as typeof Instrument;
  return (made = create(OPTIONS));
}

function versionOfInstrumenter(): string {
  const require = createRequire(__filename);
  return (require('istanbul-lib-instrument/package.json') as { version: string }).version;
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
