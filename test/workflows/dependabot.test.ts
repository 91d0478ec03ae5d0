import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { root } from './workflow-files.ts';

/** What is used here of GitHub's "Dependabot options reference"; no package carries its schema. */
const dependabotSchema = z.strictObject({
  version: z.literal(2),
  updates: z.array(
    z.strictObject({
      'package-ecosystem': z.enum(['npm', 'github-actions']),
      directory: z.string().startsWith('/'),
      schedule: z.strictObject({ interval: z.enum(['daily', 'weekly', 'monthly']) }),
      cooldown: z.strictObject({ 'default-days': z.int().min(1).max(90) }),
      groups: z.record(
        z.string(),
        z.union([
          z.strictObject({ patterns: z.array(z.string()).min(1) }),
          z.strictObject({ 'dependency-type': z.enum(['development', 'production']) }),
        ]),
      ),
      ignore: z.array(z.strictObject({ 'dependency-name': z.string() })).default([]),
    }),
  ),
});

test('Dependabot keeps packages and actions up to date', () => {
  const { updates } = dependabotSchema.parse(
    parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')),
  );
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
  const manifest = z
    .looseObject({ devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const ignored = updates.flatMap(({ ignore }) => ignore.map((entry) => entry['dependency-name']));
  expect(ignored.filter((name) => !(name in manifest.devDependencies))).toEqual([]);
  expect(existsSync(join(root, 'package-lock.json'))).toBe(true);
});
