import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { type IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import type { LiveUsers } from '../remediation/ports.ts';
import { asking } from './aws-error.ts';
import { readLiveUser } from './live-user.ts';
import { readRecordedUsers } from './recorded-users.ts';
import { userDirectory } from './user-directory.ts';

export interface AccountClients {
  readonly config: ConfigServiceClient;
  readonly iam: IAMClient;
}

/** IAM users as a remediation needs them: read live, with the status of their keys changed one by one. */
export function awsLiveUsers(clientsOf: (accountId: string) => Promise<AccountClients>): LiveUsers {
  return {
    async readUser({ accountId, userId }, nameHint) {
      const { config, iam } = await clientsOf(accountId);
      const configName = (await readRecordedUsers(config, [userId])).get(userId)?.userName;
      return readLiveUser(iam, userDirectory(iam), { accountId, userId, userName: nameHint, configName });
    },

    async setKeyStatus({ accountId, userName }, keyId, status) {
      // With temporary credentials AWS wants the name; a key of somebody else under that name is refused.
      const command = new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: keyId, Status: status });
      const { iam } = await clientsOf(accountId);
      await asking('iam:UpdateAccessKey', iam.send(command));
    },
  };
}
