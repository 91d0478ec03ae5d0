import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withCommands, withErrors } from '../../scripts/readme.ts';
import { remedies } from '../../shared/errors.ts';
import { dependentActions, operations } from '../infra/operations.ts';
import { root } from './documents.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('what is generated is up to date', () => {
  test('the commands of the README', () => {
    expect(withCommands(read('README.md'))).toBe(read('README.md'));
  });

  test('the errors of docs/operations.md, each once', () => {
    const text = read('docs/operations.md');
    expect(withErrors(text)).toBe(text);
    const codes = [...text.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, code]) => code);
    expect(codes.sort()).toEqual(Object.keys(remedies).sort());
  });

  test('without markers is refused', () => {
    expect(() => withErrors('# Operations')).toThrow('docs/operations.md lacks the markers');
  });
});

test("the README's permissions are those of the templates, role by role", () => {
  const { ScanRole, BotRole, RunbookRole } = operations['account.yaml'];
  const rows = [...read('README.md').matchAll(/^\| `(\w+:\w+)` \| ([\w, ]+) \| \S/gm)];
  const told = (role: string) =>
    rows.filter(([, , roles = '']) => roles.split(', ').includes(role)).map(([, action]) => action);
  const withDependent = (asked: readonly string[]) => [
    ...asked,
    ...Object.entries(dependentActions).flatMap(([action, { with: operation }]) =>
      asked.includes(operation) ? [action] : [],
    ),
  ];
  expect(told('scan').sort()).toEqual(withDependent(ScanRole).sort());
  expect(told('bot').sort()).toEqual(withDependent(BotRole).sort());
  expect(told('runbook').sort()).toEqual(withDependent(RunbookRole).sort());
  const security = operations['organization.yaml'];
  expect(told('scan of an organization').sort()).toEqual(withDependent(security.ScanRole).sort());
  expect(told('bot of an organization').sort()).toEqual(withDependent(security.BotRole).sort());
});
