import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { policyEditorSchema } from '../../shared/policy/editor-schema.ts';

test('policy.schema.json is up to date (else run scripts/policy-schema.ts)', () => {
  const text = readFileSync(new URL('../../policy.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(policyEditorSchema)));
});

test('every place that somebody can write to is described', () => {
  const undescribed: string[] = [];
  const visit = (schema: typeof policyEditorSchema, path: string): void => {
    if (!schema.description) undescribed.push(path);
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      if (typeof child === 'object') visit(child, `${path}.${name}`);
    }
  };
  visit(policyEditorSchema, '');
  expect(undescribed).toEqual([]);
});
