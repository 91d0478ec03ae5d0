import { describe, expect, test } from '@jest/globals';
import { documentSchema, roleOf } from './documents.ts';
import { accountId } from './every-action.ts';
import { isAllowed } from './simulate.ts';
import { deploy } from './stack.ts';
import { parametersOf } from './stack-parameters.ts';
import { readTemplate } from './template.ts';

const issuer = 'token.actions.githubusercontent.com';
const provider = `arn:aws:iam::${accountId}:oidc-provider/${issuer}`;
const claims = {
  aud: 'sts.amazonaws.com',
  sub: 'repo:acme/keys:environment:keyturn',
  repository_id: '812',
  environment: 'keyturn',
};

describe.each(['account.yaml', 'organization.yaml'])('the trust of %s in GitHub', (file) => {
  const at = { partition: 'aws', region: 'us-east-1', accountId };
  const stack = deploy(readTemplate(file), { ...at, parameters: parametersOf(file, 'aws') });
  const statements = documentSchema.parse(roleOf(stack, 'ScanRole').trust).Statement;

  /** The simulator loses claims in a trust policy, so that its statements are tried as those of an identity. */
  function trusts(changed: Partial<typeof claims>): Promise<boolean> {
    const Statement = statements.map(({ Principal: _, ...statement }) => ({ ...statement, Resource: '*' }));
    const presented = Object.entries({ ...claims, ...changed });
    return isAllowed([{ name: 'trust', policy: { Version: '2012-10-17', Statement } }], {
      principal: provider,
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: `arn:aws:iam::${accountId}:role/KeyturnScan`,
      accountId,
      context: Object.fromEntries(presented.map(([claim, value]) => [`${issuer}:${claim}`, value])),
    });
  }

  test('is in the one provider', () => {
    expect(statements.map(({ Principal, Action }) => ({ Principal, Action }))).toEqual([
      { Principal: { Federated: provider }, Action: ['sts:AssumeRoleWithWebIdentity'] },
    ]);
  });

  test.each([{}, { sub: 'repo:acme@4711/keys@812:environment:keyturn' }])(
    'takes the repository and its environment: %j',
    async (changed) => {
      expect(await trusts(changed)).toBe(true);
    },
  );

  test.each([
    { sub: 'repo:acme/keys:ref:refs/heads/main' },
    { sub: 'repo:acme/keys:pull_request' },
    { sub: 'repo:acme/keys:environment:keyturn-test' },
    { sub: 'repo:ACME/keys:environment:keyturn' },
    { sub: 'repo:acme@4712/keys@812:environment:keyturn' },
    { sub: 'repo:evil/keys:environment:keyturn' },
    { aud: 'https://github.com/acme' },
    { repository_id: '813' },
    { environment: 'production' },
  ])('refuses another one: %j', async (changed) => {
    expect(await trusts(changed)).toBe(false);
  });
});

test('an existing provider is used as it is', () => {
  const parameters = { ...parametersOf('account.yaml', 'aws'), OidcProviderArn: provider };
  const stack = deploy(readTemplate('account.yaml'), {
    partition: 'aws',
    region: 'us-east-1',
    accountId,
    parameters,
  });
  expect(stack.has('Provider')).toBe(false);
  expect(JSON.stringify(roleOf(stack, 'ScanRole').trust)).toContain(`"Federated":"${provider}"`);
});
