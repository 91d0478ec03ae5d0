import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadPolicy, type PolicyPlace } from '../../action/load-policy.ts';
import type { PolicyProblem } from '../../shared/policy/parse-policy.ts';
import { policyText } from '../fakes/policy-file.ts';

const path = '.github/keyturn.yml';
let workspace = '';
let told: { problem: PolicyProblem; path: string }[] = [];

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'keyturn-workspace-'));
  told = [];
});
afterEach(() => rm(workspace, { recursive: true }));

function load(over: Partial<PolicyPlace> = {}) {
  return loadPolicy({
    path,
    workspace,
    readFromDefaultBranch: () => Promise.resolve(undefined),
    onProblem: (problem, file) => told.push({ problem, path: file }),
    ...over,
  });
}

async function checkout(text: string): Promise<void> {
  await mkdir(join(workspace, '.github'));
  await writeFile(join(workspace, path), text);
}

const inRegion = (region: string) => policyText((text) => text.replace('us-east-1', region));

test('the checkout’s file wins', async () => {
  await checkout(inRegion('eu-west-1'));
  const policy = await load({ readFromDefaultBranch: () => Promise.resolve(inRegion('eu-west-2')) });
  expect(policy?.aws.region).toBe('eu-west-1');
});

test.each(['in an empty workspace', 'without a workspace'])(
  '%s the default branch is asked',
  async (where) => {
    const asked: string[] = [];
    const policy = await load({
      workspace: where.startsWith('in') ? workspace : undefined,
      readFromDefaultBranch: (file) => {
        asked.push(file);
        return Promise.resolve(inRegion('eu-west-2'));
      },
    });
    expect(policy?.aws.region).toBe('eu-west-2');
    expect(asked).toEqual([path]);
  },
);

test('the default file may be absent, one that was chosen may not', async () => {
  await expect(load()).resolves.toBeUndefined();
  await expect(load({ path: 'keys.yml' })).rejects.toMatchObject({
    code: 'policy-absent',
    fact: 'There is no keys.yml in the checkout or on the default branch.',
  });
});

test('every problem is told with its line', async () => {
  await checkout(policyText((text) => `${text.replace('us-east-1', 'Mars')}colour: red\n`));
  await expect(load()).rejects.toMatchObject({
    code: 'policy-invalid',
    fact: expect.stringMatching(
      /^\.github\/keyturn\.yml cannot be used:\n- line 3: aws\.region is no AWS region\. The one region .+\n- line 12: colour is not known\. Remove it .+$/,
    ),
  });
  expect(told.map((it) => [it.path, it.problem.line])).toEqual([
    [path, 3],
    [path, 12],
  ]);
});

test('a file that is no YAML is named as a whole', async () => {
  await checkout('version: [1');
  await expect(load()).rejects.toMatchObject({
    fact: expect.stringMatching(/\n- line 1: The file is no valid YAML: .+[.] Correct the file/),
  });
});

test('a file that is there and cannot be read is no absent file', async () => {
  await mkdir(join(workspace, path), { recursive: true });
  await expect(load()).rejects.toMatchObject({
    code: 'policy-unreadable',
    fact: '.github/keyturn.yml of the checkout cannot be read (EISDIR).',
  });
});

test('a file in the place of its folder is an absent policy', async () => {
  await writeFile(join(workspace, '.github'), '');
  await expect(load()).resolves.toBeUndefined();
});
