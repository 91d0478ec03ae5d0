import { checkAggregator } from '../shared/aws/aggregator-check.ts';
import { readConfigRule } from '../shared/aws/config-rule.ts';
import { awsLiveUsers } from '../shared/aws/live-users.ts';
import { ssmRunbooks } from '../shared/aws/runbook.ts';
import { KeyturnError } from '../shared/errors.ts';
import type { LiveUsers, Policies, Rules, RunbookPlace, Runbooks } from '../shared/remediation/ports.ts';
import type { Accounts, Clients } from './accounts.ts';

export interface Aws {
  readonly users: LiveUsers;
  readonly rules: Rules;
  readonly runbooks: Runbooks;
  /**
   * Rejects when AWS does not answer, or has not the rule that the policy names. In an organization, where rules are in
   * the members: or has not the aggregator.
   */
  check(): Promise<void>;
}

/**
 * AWS as the policy names it now: a region, an aggregator or a role that was merged into the policy holds from the next
 * decision on. Without an aggregator the bot acts in its own account and in no other; with one, in each account by its
 * remediator role, and whoever has no such role that trusts the bot is not entered.
 */
export function connectAws(policies: Policies, accounts: Accounts): Aws {
  let ownAccount: string | undefined;

  async function readOwnRule() {
    const { region, rule } = (await policies.read()).aws;
    return readConfigRule(accounts.own(region).config, rule);
  }

  /** In another account everybody would seem to be gone. The account of the credentials stays what it is. */
  async function refuseOtherAccount(accountId: string): Promise<void> {
    ownAccount ??= (await readOwnRule()).accountId;
    if (ownAccount === accountId) return;
    const fact = `The finding is in account ${accountId}, and the bot acts in ${ownAccount}.`;
    throw new KeyturnError('account-other', fact);
  }

  async function clientsIn(place: RunbookPlace): Promise<Clients> {
    const { aggregator, remediatorRole } = (await policies.read()).aws;
    if (aggregator !== undefined) return accounts.member(place, remediatorRole);
    await refuseOtherAccount(place.accountId);
    return accounts.own(place.region);
  }

  async function clientsOf(accountId: string): Promise<Clients> {
    return clientsIn({ accountId, region: (await policies.read()).aws.region });
  }

  return {
    users: awsLiveUsers(clientsOf),
    rules: {
      async readRule(accountId) {
        const { config } = await clientsOf(accountId);
        return readConfigRule(config, (await policies.read()).aws.rule, accountId);
      },
    },
    runbooks: ssmRunbooks(async (place) => (await clientsIn(place)).ssm),
    async check() {
      const { region, aggregator } = (await policies.read()).aws;
      if (aggregator === undefined) await readOwnRule();
      else await checkAggregator(accounts.own(region).config, aggregator);
    },
  };
}
