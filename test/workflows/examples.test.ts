import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { inputSchema } from '../../action/inputs.ts';
import { parsePolicy } from '../../shared/policy/parse-policy.ts';
import { readTemplate } from '../infra/template.ts';
import { exampleWorkflows, root, stepsOf, workflowOf } from './workflow-files.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { inputs } = z
  .looseObject({ inputs: z.record(z.string(), z.unknown()) })
  .parse(parse(read('action.yml')));
const scans = exampleWorkflows.filter(({ path }) => path.includes('scan'));

describe.each(exampleWorkflows)('$path', (file) => {
  const steps = stepsOf(file).filter(({ uses = '' }) => uses.startsWith('keyturn/keyturn@'));

  test('runs the Action with inputs that it has', () => {
    expect(steps).toHaveLength(1);
    expect(steps.flatMap((step) => Object.keys(step.with)).filter((name) => !(name in inputs))).toEqual([]);
  });

  test('gives them values that it takes', () => {
    const given = steps.flatMap((step) => Object.entries(step.with));
    const known = given
      .filter(([, value]) => !String(value).startsWith('${{'))
      .map(([name, value]) => [name, String(value)]);
    expect(inputSchema.partial().safeParse(Object.fromEntries(known)).error).toBeUndefined();
  });

  test('names the file that it becomes', () => {
    expect(file.text).toMatch(/^# \.github\/workflows\/[\w-]+\.yml\n/);
  });
});

test.each(scans)(
  '$path runs once at a time, in an environment, with the rights that a scan takes',
  (file) => {
    const { concurrency, on, jobs } = z
      .looseObject({ concurrency: z.unknown(), on: z.record(z.string(), z.unknown()), jobs: z.unknown() })
      .parse(parse(file.text));
    expect(concurrency).toEqual({ group: 'access-keys' });
    expect(Object.keys(on)).toEqual(['schedule', 'workflow_dispatch']);
    expect(jobs).toMatchObject({
      scan: {
        environment: readTemplate('account.yaml').Parameters['GitHubEnvironment']?.Default,
        permissions: { contents: 'read', 'id-token': 'write', issues: 'write' },
      },
    });
  },
);

test('the check of the policy file asks for no rights but to read', () => {
  const file = exampleWorkflows.find(({ path }) => path.endsWith('check-policy.yml'));
  expect(file && workflowOf(file).jobs['check']?.permissions).toEqual({ contents: 'read' });
});

test('the example policy is one that Keyturn takes, and names what the templates make', () => {
  const parsed = parsePolicy(read('examples/keyturn.yml'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { Parameters } = readTemplate('account.yaml');
  expect(parsed.policy.aws).toMatchObject({
    rule: Parameters['RuleName']?.Default,
    runbookVersion: Parameters['RunbookVersion']?.Default,
    runbookRole: 'arn:{partition}:iam::{account}:role/KeyturnRunbook',
  });
});

test('the example CODEOWNERS guards the policy, the workflows and itself', () => {
  const rules = read('examples/CODEOWNERS').match(/^\/\S+(?= @)/gm);
  expect(rules).toEqual(['/.github/keyturn.yml', '/.github/workflows/', '/.github/CODEOWNERS']);
});
