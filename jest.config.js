/** Sources run as ES modules, the form that Node itself runs them in; swc only strips the types. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
  // Composition roots run as processes in test/acceptance, where coverage is not seen; files of types alone count as 0 %.
  collectCoverageFrom: [
    '{action,bot,shared,sandbox}/**/*.ts',
    '!**/main.ts',
    '!sandbox/say.ts',
    // The soak's world has a thread of its own, where coverage is not seen either.
    '!sandbox/soak/{life,trouble,world-worker}.ts',
    '!**/*.d.ts',
    '!**/{ports,bulk-ports}.ts',
    '!bot/bot.ts',
    '!shared/keys/{evidence,user-snapshot}.ts',
    '!shared/trail/{state,bulk-state}.ts',
  ],
  coverageThreshold: {
    global: { lines: 95, branches: 95 },
    './shared/keys/': { lines: 100, branches: 100 },
    './shared/trail/': { lines: 100, branches: 100 },
    './shared/policy/': { lines: 100, branches: 100 },
    './shared/remediation/': { lines: 100, branches: 100 },
  },
  // The parent only waits, so that a worker for each core is not one too many.
  maxWorkers: '100%',
  // A test waits up to a minute for something (sandbox/until.ts) and then says for what, so that Jest has to be more patient.
  testTimeout: 150_000,
};
