import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { refuseClockOff } from '../../shared/github/clock-check.ts';
import {
  parseRepositoryName,
  readFileOnDefaultBranch,
  readRepository,
} from '../../shared/github/repository.ts';
import { connect, name } from './connected.ts';

let github: GitHubStandIn;

beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

describe('parseRepositoryName', () => {
  test('splits owner and name', () => {
    expect(parseRepositoryName('octo-org/keys.io')).toEqual({ owner: 'octo-org', repo: 'keys.io' });
  });

  test.each(['', 'octo-org', 'octo-org/', '/keys', 'a/b/c', 'a b/c', 'a/b?x'])('refuses %j', (text) => {
    expect(() => parseRepositoryName(text)).toThrow('GITHUB_REPOSITORY');
  });
});

describe('readRepository', () => {
  test('describes it', async () => {
    expect(await readRepository(connect(github), name)).toEqual({
      id: github.repositoryId,
      fullName: 'octo-org/keys',
      private: true,
      defaultBranch: 'main',
      url: `${github.url}/octo-org/keys`,
    });
  });

  test("is refused to a clock that is not GitHub's; an answer without a date proves nothing", async () => {
    const ahead = () => new Date(Date.now() + 6 * 60_000);
    await expect(readRepository(connect(github), name, ahead)).rejects.toMatchObject({ code: 'clock-off' });
    expect(await readRepository(connect(github), name, () => new Date())).toMatchObject({ private: true });
    expect(() => refuseClockOff(undefined, ahead())).not.toThrow();
  });

  test('tells a public one', async () => {
    const open = await startGitHub({ private: false });
    expect(await readRepository(connect(open), name)).toMatchObject({ private: false });
    await open.close();
  });

  test('that the token cannot see is an error with a remedy', async () => {
    const stranger = connect(github, { token: github.tokenOf('olga') });
    await expect(readRepository(stranger, name)).rejects.toMatchObject({
      code: 'github-not-found',
      fact: 'GitHub would not describe the repository octo-org/keys: Not Found (404).',
      remedy: 'Check the name, and that the token may see the repository.',
    });
  });
});

describe('readFileOnDefaultBranch', () => {
  const path = '.github/keyturn.yml';

  test('gives its text', async () => {
    await github.byHand.writeFile(path, 'version: 1 # für alle\n');
    expect(await readFileOnDefaultBranch(connect(github), name, path)).toBe('version: 1 # für alle\n');
  });

  test('gives undefined when there is none', async () => {
    expect(await readFileOnDefaultBranch(connect(github), name, path)).toBeUndefined();
  });

  test('is an error when it is a folder, or when GitHub refuses', async () => {
    await github.byHand.writeFile(path, 'x');
    await expect(readFileOnDefaultBranch(connect(github), name, '.github')).rejects.toMatchObject({
      code: 'github-answer-invalid',
    });
    await expect(readFileOnDefaultBranch(connect(github, { token: 'x' }), name, path)).rejects.toMatchObject({
      code: 'github-token-invalid',
      fact: 'GitHub would not read the file .github/keyturn.yml of octo-org/keys: Bad credentials (401).',
    });
  });
});
