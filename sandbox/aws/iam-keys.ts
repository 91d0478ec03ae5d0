import { z } from 'zod';
import { type Account, userNamed, visible, writeUser } from './account.ts';
import { AwsFailure, noSuchEntity } from './failure.ts';
import { type IamKey, type IamUser, setStatus } from './iam-user.ts';
import { iamPage, Paged, UserName } from './iam-users.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';

const AccessKeyId = z.string().regex(/^\w+$/).min(16).max(128);
const Update = z.object({ UserName, AccessKeyId, Status: z.enum(['Active', 'Inactive', 'Expired']) });

/** IAM's operations on access keys. */
export const keyOperations: Readonly<Record<string, Operation>> = {
  ListAccessKeys: operation(Paged.extend({ UserName }), (input, { account }) => {
    const user = visible(account, userNamed(account, input.UserName));
    return iamPage('AccessKeyMetadata', user.accessKeys, input, (key) => ({
      UserName: user.name,
      AccessKeyId: key.id,
      Status: key.status,
      CreateDate: key.createdAt,
    }));
  }),

  GetAccessKeyLastUsed: operation(z.object({ AccessKeyId }), ({ AccessKeyId: id }, { account }) => {
    const owner = ownerOf(account, id);
    const { lastUsed } = keyOf(owner, id);
    return {
      UserName: owner.name,
      AccessKeyLastUsed: {
        LastUsedDate: lastUsed?.at,
        ServiceName: lastUsed?.service ?? 'N/A',
        Region: lastUsed?.region ?? 'N/A',
      },
    };
  }),

  UpdateAccessKey: operation(Update, updateAccessKey),
};

function updateAccessKey(input: z.output<typeof Update>, { account, world, now }: Call): Answer {
  const { AccessKeyId: id, Status: status } = input;
  if (status === 'Expired') throw new AwsFailure('InvalidInput', 'The status Expired cannot be set.');
  const user = userNamed(account, input.UserName);
  keyOf(user, id);
  writeUser(account, user, world.iamLagReads, (changed) => setStatus(keyOf(changed, id), status, now));
  return {};
}

/** IAM refuses an id that is no key of the caller's account as if the caller were not allowed to see it. */
function ownerOf(account: Account, keyId: string): IamUser {
  for (const user of account.users.values()) {
    if (user.accessKeys.some(({ id }) => id === keyId)) return user;
  }
  throw new AwsFailure(
    'AccessDenied',
    `User is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${keyId}`,
    403,
  );
}

function keyOf(user: IamUser, keyId: string): IamKey {
  const key = user.accessKeys.find(({ id }) => id === keyId);
  if (!key) throw noSuchEntity(`The Access Key with id ${keyId} cannot be found.`);
  return key;
}
