/** An organization on a stage: the accounts, and the people who have one name in several of them. */

import { addOrganization, type Organization } from '../../sandbox/aws/organization.ts';
import type { World } from '../../sandbox/aws/world.ts';
import type { Stage } from './stage.ts';

export const production = '222233334444';
export const staging = '555566667777';
/** Keyturn's part was never deployed here. */
export const closed = '888899990000';

/** The security account has no rule, as infra/organization.yaml leaves it. */
export function addAccounts(world: World): Organization {
  world.account().config.rules.clear();
  return addOrganization(world, {
    members: [{ id: production }, { id: staging }, { id: closed, maxAccessKeyAge: null }],
  });
}

export function withAggregator(policyText: string): string {
  return policyText.replace('aws:\n', 'aws:\n  aggregator: keyturn\n');
}

/** A user with an old key that nobody used, with the issue that a scan opens. Resolves to the issue's number. */
export function openFinding(stage: Stage, name: string, account: string): Promise<number> {
  const { world } = stage.aws;
  const user = world.addUser({ name, account, keys: [{ createdAt: world.daysAgo(120) }] });
  return stage.openIssue(user, { accountId: account });
}

/** Whether anybody may assume the bot's role in this account. */
export function letIn(world: World, account: string, isTrusted: boolean): void {
  const role = world.account(account).roles.get('KeyturnRemediator');
  if (role?.trust.kind !== 'principals') throw new Error(`${account} has no remediator role`);
  role.trust = { ...role.trust, principals: isTrusted ? [world.account().id] : [] };
}
