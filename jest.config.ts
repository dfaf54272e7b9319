import type { Config } from 'jest';

const config: Config = {
  testMatch: ['<rootDir>/properties/**/*.test.ts', '<rootDir>/regressions/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // tsc checks the types before jest starts; ts-jest only translates (isolatedModules in tsconfig.json).
  transform: { '\\.ts$': ['ts-jest', {}] },
  testEnvironment: 'node',
  testSequencer: './tools/slow_files_first.js',
  reporters: ['default', '<rootDir>/tools/slowest_files.js'],
  // Each look-up of a global leaves jest's sandbox and takes long: as parameters of every module these cost nothing,
  // and a search in a test takes two thirds of the time. Clocks, timers and `process` are left out: tests replace them.
  sandboxInjectedGlobals: [
    ...['Array', 'BigInt', 'Boolean', 'Error', 'Infinity', 'Int32Array', 'JSON', 'Map', 'Math', 'Number', 'Object'],
    ...['Promise', 'RegExp', 'Set', 'String', 'Symbol', 'Uint8Array', 'Uint32Array', 'WeakMap'],
  ] as (keyof typeof globalThis)[],
  // Ends a test that hangs. A busy machine takes many times as long as an idle one.
  testTimeout: 600_000,
  maxWorkers: 2,
};

export default config;
