import type { Config } from 'jest';

const config: Config = {
  testMatch: ['<rootDir>/properties/**/*.test.ts', '<rootDir>/regressions/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // tsc checks the types before jest starts; ts-jest only translates (isolatedModules in tsconfig.json).
  transform: { '\\.ts$': ['ts-jest', {}] },
  testEnvironment: 'node',
  // Ends a test that hangs. A busy machine takes many times as long as an idle one.
  testTimeout: 600_000,
  maxWorkers: 2,
};

export default config;
