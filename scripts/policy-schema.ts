/** Writes policy.schema.json, the policy file's schema for editors, from the zod schema that the code uses. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyEditorSchema } from '../shared/policy/editor-schema.ts';

const root = join(import.meta.dirname, '..');
const path = join(root, 'policy.schema.json');
writeFileSync(path, JSON.stringify(policyEditorSchema));
execFileSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', path], { cwd: root });
