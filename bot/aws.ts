import { readConfigRule } from '../shared/aws/config-rule.ts';
import { defaultCredentials } from '../shared/aws/credentials.ts';
import { awsLiveUsers } from '../shared/aws/live-users.ts';
import { remediatorClients } from '../shared/aws/remediator-clients.ts';
import { ssmRunbooks } from '../shared/aws/runbook.ts';
import { KeyturnError } from '../shared/errors.ts';
import type { LiveUsers, Policies, RuleFacts, Rules, Runbooks } from '../shared/remediation/ports.ts';

export interface Aws {
  readonly users: LiveUsers;
  readonly rules: Rules;
  readonly runbooks: Runbooks;
  /** Rejects when AWS does not answer, or has not the rule that the policy names. */
  check(): Promise<void>;
}

/** AWS as the policy names it now: a region that was merged into the policy holds from the next decision on. */
export function connectAws(policies: Policies): Aws {
  const clientsIn = remember((region) =>
    remediatorClients({ region, credentials: defaultCredentials(region), userAgent: 'keyturn-bot' }),
  );
  const readRule = async () => {
    const { region, rule } = (await policies.read()).aws;
    return readConfigRule(clientsIn(region).config, rule);
  };
  let ownAccount: string | undefined;

  /** In another account everybody would seem to be gone. The account of the credentials stays what it is. */
  async function refuseOtherAccount(accountId: string): Promise<void> {
    ownAccount ??= (await readRule()).accountId;
    if (ownAccount === accountId) return;
    const fact = `The finding is in account ${accountId}, and the bot acts in ${ownAccount}.`;
    throw new KeyturnError('account-other', fact);
  }

  async function usersOf(accountId: string): Promise<LiveUsers> {
    await refuseOtherAccount(accountId);
    const clients = clientsIn((await policies.read()).aws.region);
    return awsLiveUsers(() => clients);
  }

  return {
    users: {
      readUser: async (finding, hint) => (await usersOf(finding.accountId)).readUser(finding, hint),
      setKeyStatus: async (user, keyId, status) =>
        (await usersOf(user.accountId)).setKeyStatus(user, keyId, status),
    },
    rules: {
      async readRule(accountId): Promise<RuleFacts> {
        await refuseOtherAccount(accountId);
        return readRule();
      },
    },
    runbooks: ssmRunbooks(({ region }) => clientsIn(region).ssm),
    check: async () => {
      await readRule();
    },
  };
}

function remember<Made>(make: (name: string) => Made): (name: string) => Made {
  const made = new Map<string, Made>();
  return (name) => {
    const one = made.get(name) ?? make(name);
    made.set(name, one);
    return one;
  };
}
