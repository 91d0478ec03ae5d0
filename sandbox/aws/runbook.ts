/**
 * AWSConfigRemediation-RevokeUnusedIAMUserCredentials as its script behaves, written from observation of it. It knows
 * nothing of Keyturn's own predictions, so that comparing the two means something.
 */

/** The calls that the script makes under the automation's role. */
export interface RunbookCalls {
  /** config:ListDiscoveredResources; `undefined`: Config has no user of this unique id. */
  recordedUserName(userId: string): string | undefined;
  /** iam:ListAccessKeys with iam:GetAccessKeyLastUsed. Throws NoSuchEntity. */
  accessKeys(userName: string): readonly { id: string; createdAt: Date; lastUsedAt: Date | undefined }[];
  deactivate(userName: string, keyId: string): void;
  /** iam:GetLoginProfile with iam:GetUser; `undefined`: there is no login profile. */
  password(userName: string): { createdAt: Date; lastUsedAt: Date | undefined } | undefined;
  deleteLoginProfile(userName: string): void;
}

export interface RunbookResult {
  /** Every key that was set Inactive, whatever it was before, in order. */
  readonly deactivated: readonly string[];
  readonly deletedLoginProfile: boolean;
}

/** What Python says where the script takes the first of no resources. */
export class IndexError extends Error {
  override readonly name = 'IndexError';

  constructor() {
    super('list index out of range');
  }
}

const dayMs = 86_400_000;

/** Runs the script to its end; what it throws ends the run as Failed, with all that it did before left done. */
export function revokeUnusedCredentials(
  calls: RunbookCalls,
  parameters: { readonly userId: string; readonly maxCredentialUsageAge: number },
  now: Date,
): RunbookResult {
  const { userId, maxCredentialUsageAge } = parameters;
  const wholeDaysSince = (date: Date) => Math.floor((now.getTime() - date.getTime()) / dayMs);

  const userName = calls.recordedUserName(userId);
  if (userName === undefined) throw new IndexError();

  const deactivated: string[] = [];
  for (const key of calls.accessKeys(userName)) {
    if (wholeDaysSince(key.lastUsedAt ?? key.createdAt) < maxCredentialUsageAge) continue;
    calls.deactivate(userName, key.id);
    deactivated.push(key.id);
  }

  // A user without a login profile counts as idle for 0 days, so that age 0 goes on to delete what is not there.
  const password = calls.password(userName);
  const idleDays = password ? wholeDaysSince(password.lastUsedAt ?? password.createdAt) : 0;
  const deletedLoginProfile = idleDays >= maxCredentialUsageAge;
  if (deletedLoginProfile) calls.deleteLoginProfile(userName);
  return { deactivated, deletedLoginProfile };
}
