import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { parseAuditArguments } from '../../scripts/audit-arguments.ts';
import { readTemplate, templateNames } from '../infra/template.ts';
import { blocksOf, root } from './documents.ts';
import { commandsIn, optionsOf, withoutVariables } from './shell.ts';

const { scripts } = z
  .looseObject({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

const commands = blocksOf('bash').flatMap(({ at, text }) =>
  commandsIn(text).map((words) => ({ at, words: withoutVariables(words), line: words.join(' ') })),
);

function startingWith(...words: string[]) {
  return commands.filter((command) => words.every((word, index) => command.words[index] === word));
}

/** What is not ours, word by word as its maker documents it; and curl, of what the bot serves. */
const others = [
  /^git clone https:\/\/github\.com\/keyturn\/keyturn\.git$/,
  /^cd keyturn$/,
  /^rm secret\.json$/,
  /^curl http:\/\/127\.0\.0\.1:3000\/(healthz|readyz)$/,
  /^gh api (users\/acme|repos\/acme\/keys) --jq \.id$/,
  /^gh api --method (PUT|POST) repos\/acme\/keys\/environments\/keyturn(\/deployment-branch-policies)?( -[fF] \S+=\w+)+$/,
  /^gh workflow run access-keys\.yml --repo acme\/keys$/,
  /^aws configservice describe-configuration-recorders --region \S+$/,
  /^aws iam list-open-id-connect-providers$/,
  /^aws secretsmanager create-secret --region \S+ --name keyturn --secret-string file:\/\/secret\.json$/,
  /^aws ecr (create-repository --region \S+ --repository-name keyturn-bot|get-login-password --region \S+)$/,
  /^aws ecs update-service --region \S+ --cluster CLUSTER --service SERVICE --force-new-deployment$/,
  /^docker login --username AWS --password-stdin \S+\.amazonaws\.com$/,
  /^docker (build --tag \S+ \.|push \S+)$/,
  /^docker run( --(detach|read-only)| --(name|restart|stop-timeout|cap-drop|security-opt|env-file|volume|publish) \S+)+ keyturn-bot$/,
];

test('every command is one that is checked', () => {
  const checked = [
    ...startingWith('npm'),
    ...startingWith('aws', 'cloudformation'),
    ...commands.filter(({ words }) => others.some((form) => form.test(words.join(' ')))),
  ];
  expect(commands.filter((command) => !checked.includes(command))).toEqual([]);
  expect(commands.length).toBeGreaterThan(20);
});

describe.each(startingWith('npm'))('$at: $line', ({ words }) => {
  const [, verb = '', script = '', ...rest] = words;

  test('is something that npm knows here', () => {
    if (verb === 'run') expect(existsSync(join(root, scripts[script]?.split(' ')[1] ?? ''))).toBe(true);
    else expect(['ci', 'test', 'start']).toContain(verb);
  });

  test('has arguments that the script takes', () => {
    if (script === 'audit')
      expect(
        parseAuditArguments(rest.slice(1).filter((word) => word !== '>' && word !== 'trails.json')),
      ).toBeDefined();
    else expect(rest).toEqual([]);
  });
});

test('what is quick is run: the trail key that install.md asks for fits the policy', () => {
  const { stdout, status } = spawnSync(process.execPath, ['scripts/trail-key.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/publicKeys:\n +- \S+/);
  expect(stdout).toMatch(/KEYTURN_TRAIL_KEY=\S+/);
});

describe.each(startingWith('aws', 'cloudformation'))('$at: aws cloudformation $words.2', ({ words }) => {
  const options = optionsOf(words.slice(3));
  const file = (options.get('--template-file') ?? options.get('--template-body') ?? [])[0]?.replace(
    'file://',
    '',
  );
  const given = [...(options.get('--parameter-overrides') ?? []), ...(options.get('--parameters') ?? [])].map(
    (pair) => (/^ParameterKey=(\w+),ParameterValue=(.+)$/.exec(pair) ?? /^(\w+)=(.*)$/.exec(pair))?.slice(1),
  );

  test('names options that this command has', () => {
    const known: Record<string, string[]> = {
      deploy: ['--region', '--stack-name', '--template-file', '--capabilities', '--parameter-overrides'],
      'create-stack-set': [
        '--region',
        '--stack-set-name',
        '--template-body',
        '--capabilities',
        '--permission-model',
        '--auto-deployment',
        '--parameters',
      ],
      'create-stack-instances': ['--region', '--stack-set-name', '--deployment-targets', '--regions'],
      'describe-stacks': ['--region', '--stack-name', '--query'],
    };
    expect([...options.keys()].filter((option) => !known[words[2] ?? '']?.includes(option))).toEqual([]);
  });

  test('gives the template what it asks for', () => {
    if (file === undefined) return;
    expect(templateNames.map((name) => `infra/${name}`)).toContain(file);
    // Larger ones have to be uploaded to a bucket first.
    expect(statSync(join(root, file)).size).toBeLessThan(51_200);
    const { Parameters, Resources } = readTemplate(file.replace('infra/', ''));
    const values = new Map(given.map((pair) => [pair?.[0], pair?.[1] ?? '']));
    const missing = Object.entries(Parameters).filter(
      ([name, { Default }]) => Default === undefined && !values.has(name),
    );
    expect(missing).toEqual([]);
    for (const [name = '', value] of values) {
      expect(Object.keys(Parameters)).toContain(name);
      expect(value).toMatch(new RegExp(`^(?:${Parameters[name]?.AllowedPattern ?? '.+'})$`));
    }
    const isNamed = JSON.stringify(Resources).includes('"RoleName":');
    expect(options.get('--capabilities')).toEqual([isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM']);
  });
});
