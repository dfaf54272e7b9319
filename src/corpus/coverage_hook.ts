import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, sep } from 'node:path';
import { createInstrumenter } from 'istanbul-lib-instrument';
type RawSourceMap = Parameters<ReturnType<typeof createInstrumenter>['instrumentSync']>[2];

/** Where the counters are, by file. */
export const COUNTERS = '__skbcheck_coverage__';
/** Set to 1 in the environment of a process that is to count, with this file as its first module (`node -r`). */
export const COVERAGE_VARIABLE = 'SKBCHECK_COVERAGE';

type Compile = (this: NodeModule, code: string, file: string) => unknown;

const MODEL = join(dirname(__dirname), 'model') + sep;

/**
 * From now on every file of the model is loaded with istanbul's counters in it: nothing of the model may be loaded yet. Nothing else is
 * instrumented: what a search wants to know is which of the kernel's ways it has gone.
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

/** Of a compiled file; undefined where there is none. */
function sourceMapOf(file: string): RawSourceMap | undefined {
  try {
    return JSON.parse(readFileSync(`${file}.map`, 'utf8')) as RawSourceMap;
  } catch {
    return undefined;
  }
}

if (process.env[COVERAGE_VARIABLE] === '1') countModel();
