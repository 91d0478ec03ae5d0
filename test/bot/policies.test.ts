import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { currentPolicy, filePolicy } from '../../bot/policies.ts';
import { policyText } from '../fakes/policy-file.ts';

function policyFile(text: string) {
  const path = join(mkdtempSync(join(tmpdir(), 'keyturn-policy-')), 'keyturn.yml');
  writeFileSync(path, text);
  let milliseconds = 0;
  const policies = currentPolicy(filePolicy(path), () => new Date(milliseconds));
  const write = (changed: string) => {
    writeFileSync(path, changed);
    milliseconds += 5_000;
  };
  return { path, policies, write };
}

test('a changed policy holds within seconds; a broken one is an error, not the one before', async () => {
  const { policies, write } = policyFile(policyText());
  expect((await policies.read()).approvals.runbook.count).toBe(1);
  write(
    policyText((text) =>
      text.replace('runbook: {approvers: [S0SECURITY]', 'runbook: {count: 3, approvers: [S0SECURITY]'),
    ),
  );
  expect((await policies.read()).approvals.runbook.count).toBe(3);
  write('version: 1\naws: 7\n');
  await expect(policies.read()).rejects.toThrow(/cannot be used: line 2: aws .*; .*slack is missing/);
  write('');
  await expect(policies.read()).rejects.toThrow('the file');
});

test('a path that cannot be read', async () => {
  const { policies } = { policies: currentPolicy(filePolicy('/nowhere/keyturn.yml'), () => new Date()) };
  await expect(policies.read()).rejects.toThrow(
    'KEYTURN_POLICY names /nowhere/keyturn.yml, which cannot be read.',
  );
});

test('a file that is not there', async () => {
  const absent = currentPolicy({ name: 'the file', read: async () => undefined }, () => new Date());
  await expect(absent.read()).rejects.toThrow('There is no the file.');
});
