import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { startOidc } from '../../sandbox/github/oidc.ts';

async function tokenFrom(response: Response): Promise<string> {
  return z.object({ value: z.string() }).parse(await response.json()).value;
}

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

const subject = 'repo:octo-org/keys:ref:refs/heads/main';

test('gives a job a new token of 300 s for the audience that it asks for', async () => {
  const now = () => new Date('2026-03-01T12:00:00Z');
  const oidc = await startOidc({ subject, repository: 'octo-org/keys', repositoryId: 42, now });
  const headers = { authorization: `Bearer ${oidc.requestToken}` };
  const ask = async () =>
    tokenFrom(await fetch(`${oidc.requestUrl}&audience=sts.amazonaws.com`, { headers }));
  const value = await ask();
  expect(claimsOf(value)).toMatchObject({
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'sts.amazonaws.com',
    sub: subject,
    repository_id: '42',
    exp: Date.parse('2026-03-01T12:05:00Z') / 1_000,
  });
  expect(await ask()).not.toBe(value);
  expect(oidc.requests.total).toBe(2);
  await oidc.close();
});

test('falls back to the owner as audience, and to the machine’s clock', async () => {
  const oidc = await startOidc({ subject, repository: 'octo-org/keys' });
  const headers = { authorization: `Bearer ${oidc.requestToken}` };
  const value = await tokenFrom(await fetch(oidc.requestUrl, { headers }));
  expect(claimsOf(value)).toMatchObject({ aud: 'https://github.com/octo-org', repository_id: '1' });
  await oidc.close();
});

test('refuses everybody else', async () => {
  const oidc = await startOidc({ subject, repository: 'octo-org/keys' });
  expect((await fetch(oidc.requestUrl)).status).toBe(401);
  expect((await fetch(oidc.requestUrl, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  await oidc.close();
});
