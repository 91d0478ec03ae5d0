import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { operations } from './operations.ts';

const folder = resolve(import.meta.dirname, '../../shared/aws');
const services: Readonly<Record<string, string>> = { 'config-service': 'config', iam: 'iam', ssm: 'ssm' };

/** Every operation that the AWS adapters import a command or a paginator for, as `service:Operation`. */
function operationsImported(): Set<string> {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const imports = texts.flatMap((text) => [
    ...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g),
  ]);
  const found = imports.flatMap(([, names = '', client = '']) =>
    [...names.matchAll(/\b(?:paginate([A-Z]\w+)|([A-Z]\w+)Command)\b/g)].map(
      ([, paged, single]) => `${services[client]}:${paged ?? single}`,
    ),
  );
  return new Set(found);
}

test('the program sends what its roles are for, and nothing else', () => {
  const one = operations['account.yaml'];
  const many = operations['organization.yaml'];
  const allowed = new Set([...one.ScanRole, ...one.BotRole, ...many.ScanRole, ...many.BotRole]);
  // Sent by the SDK's own provider of credentials.
  expect(allowed.delete('sts:AssumeRole')).toBe(true);
  expect([...operationsImported()].sort()).toEqual([...allowed].sort());
});
