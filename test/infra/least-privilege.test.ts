import { describe, expect, test } from '@jest/globals';
import { roleOf, statementsOf } from './documents.ts';
import { accountId, allActions, allows } from './every-action.ts';
import { dependentActions, documentedOnly, forbidden, operations } from './operations.ts';
import { deploy, type Stack } from './stack.ts';
import { accountParameters, memberParameters, organizationParameters } from './stack-parameters.ts';
import { readTemplate } from './template.ts';

const at = { partition: 'aws', region: 'us-east-1', accountId };

const stacks: Readonly<Record<string, Stack>> = {
  'account.yaml': deploy(readTemplate('account.yaml'), { ...at, parameters: accountParameters }),
  'member.yaml': deploy(readTemplate('member.yaml'), { ...at, parameters: memberParameters }),
  'organization.yaml': deploy(readTemplate('organization.yaml'), {
    ...at,
    parameters: organizationParameters,
  }),
};

const roles = Object.entries(operations).flatMap(([template, byRole]) =>
  Object.entries(byRole).map(([role, asked]: [string, readonly string[]]) => {
    const dependent = Object.entries(dependentActions)
      .filter(([, { with: operation }]) => asked.includes(operation))
      .map(([action]) => action);
    const stack = stacks[template];
    if (!stack) throw new Error(`${template} is not deployed`);
    return { label: `${role} of ${template}`, asked, dependent, role: roleOf(stack, role) };
  }),
);

describe.each(roles)('$label', ({ role, asked, dependent }) => {
  const wanted = [...asked, ...dependent].sort();

  test('is granted the actions that are asked for, word by word', () => {
    const granted = statementsOf(role).flatMap(({ Action }) => Action);
    expect(granted.toSorted()).toEqual(wanted);
    expect(role.managedPolicyArns).toEqual([]);
  });

  test('may do exactly these, of everything that AWS knows', async () => {
    const allowed: string[] = [];
    for (const action of await allActions()) if (await allows(role, action)) allowed.push(action);
    expect(allowed.sort()).toEqual(wanted);
  });

  test('is denied what nobody may', async () => {
    for (const action of forbidden) expect([action, await allows(role, action)]).toEqual([action, false]);
  });
});

test('the ten documented actions are allowed where they are asked for, and nothing else is', async () => {
  const stack = deploy(readTemplate('account.yaml'), {
    ...at,
    parameters: { ...accountParameters, RunbookPermissions: 'documented' },
  });
  const role = roleOf(stack, 'RunbookRole');
  const allowed: string[] = [];
  for (const action of await allActions()) if (await allows(role, action)) allowed.push(action);
  expect(allowed.sort()).toEqual([...operations['account.yaml'].RunbookRole, ...documentedOnly].sort());
  expect(allowed).toHaveLength(10);
});
