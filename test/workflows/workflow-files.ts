import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const root = resolve(import.meta.dirname, '../..');

const stepSchema = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
const workflowSchema = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'timeout-minutes': z.number(),
      permissions: z.record(z.string(), z.string()).default({}),
      steps: z.array(stepSchema),
    }),
  ),
});
export type Step = z.infer<typeof stepSchema>;

/** A workflow as it is written, and as it is understood. */
export interface WorkflowFile {
  readonly path: string;
  readonly text: string;
}

function filesIn(folder: string): WorkflowFile[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }));
}

export const ownWorkflows = filesIn('.github/workflows');
/** Everything in examples/ but the policy file, which is no workflow. */
export const exampleWorkflows = filesIn('examples').filter(({ path }) => path !== 'examples/keyturn.yml');

export function workflowOf({ text }: WorkflowFile): z.infer<typeof workflowSchema> {
  return workflowSchema.parse(parse(text));
}

export function stepsOf(file: WorkflowFile): Step[] {
  return Object.values(workflowOf(file).jobs).flatMap(({ steps }) => steps);
}
