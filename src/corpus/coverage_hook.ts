import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, sep } from 'node:path';
import { createInstrumenter } from 'istanbul-lib-instrument';
type RawSourceMap = Parameters<ReturnType<typeof createInstrumenter>['instrumentSync']>[2];

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
  const instrumenter = createInstrumenter({
    coverageVariable: COUNTERS,
    esModules: false,
    compact: true,
    produceSourceMap: false,
  });
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compile = prototype._compile;
  prototype._compile = function (code, file) {
    const counted = file.startsWith(MODEL) ? instrumenter.instrumentSync(code, file, sourceMapOf(file)) : code;
    return compile.call(this, counted, file);
  };
}

/** The source map of a compiled file; undefined when there is none. */
function sourceMapOf(file: string): RawSourceMap | undefined {
  try {
    return JSON.parse(readFileSync(`${file}.map`, 'utf8')) as RawSourceMap;
  } catch {
    return undefined;
  }
}

if (process.env[COVERAGE_VARIABLE] === '1') countModel();
