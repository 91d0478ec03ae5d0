import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { readRunner } from '../../action/runner.ts';

test("reads GitHub's variables", () => {
  const variables = {
    GITHUB_REPOSITORY: 'octo-org/key.turn',
    GITHUB_API_URL: 'https://github.example/api/v3',
    GITHUB_WORKSPACE: '/home/runner/work',
    GITHUB_RUN_ID: '42',
    RUNNER_TEMP: '/tmp/runner',
    AWS_REGION: 'eu-west-1',
    HOME: '/root',
  };
  expect(readRunner(variables)).toEqual({
    repository: { owner: 'octo-org', repo: 'key.turn' },
    apiUrl: 'https://github.example/api/v3',
    workspace: '/home/runner/work',
    runId: '42',
    temp: '/tmp/runner',
    awsRegion: 'eu-west-1',
  });
});

test('an empty variable is one that is not set', () => {
  expect(
    readRunner({ GITHUB_REPOSITORY: 'o/r', GITHUB_API_URL: '', AWS_REGION: '', GITHUB_RUN_ID: undefined }),
  ).toEqual({
    repository: { owner: 'o', repo: 'r' },
    apiUrl: 'https://api.github.com',
    temp: tmpdir(),
  });
});

test('names all that is wrong', () => {
  expect(() => readRunner({ GITHUB_API_URL: 'github', GITHUB_RUN_ID: 'x' })).toThrow(
    "GitHub's variables cannot be used: GITHUB_REPOSITORY is not set; GITHUB_API_URL is no address; GITHUB_RUN_ID is no number.",
  );
  expect(() => readRunner({ GITHUB_REPOSITORY: 'keyturn' })).toThrow('GITHUB_REPOSITORY is "keyturn"');
});
