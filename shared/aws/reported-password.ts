import type { IAMClient } from '@aws-sdk/client-iam';
import type { RememberedUser } from '../keys/evidence.ts';
import type { UserSnapshot } from '../keys/user-snapshot.ts';
import type { ReportedUser } from './credential-report.ts';
import { getLoginProfileCreation } from './iam-calls.ts';
import { parseMoment, wholeSeconds } from './moments.ts';

export interface ReportedPassword {
  readonly dates: Pick<UserSnapshot, 'loginProfileCreatedAt' | 'passwordLastUsedAt'>;
  readonly remembered: Pick<RememberedUser, 'loginProfileCreatedAt' | 'passwordChangedAt'>;
}

/**
 * A user's password from the credential report. The report has no creation date of the login profile, and it is
 * needed only for a password that was never used: there the plans count from it, so IAM is asked, once.
 * For a used password the date of the last change stands in, which decides nothing.
 */
export async function readReportedPassword(
  iam: IAMClient,
  userName: string,
  password: ReportedUser['password'],
  remembered: RememberedUser | undefined,
): Promise<ReportedPassword> {
  if (!password) return { dates: {}, remembered: {} };
  const { changedAt, lastUsedAt } = password;
  if (changedAt && lastUsedAt) {
    return { dates: { loginProfileCreatedAt: changedAt, passwordLastUsedAt: lastUsedAt }, remembered: {} };
  }
  const passwordChangedAt = changedAt && wholeSeconds(changedAt);
  const createdAt =
    recallCreation(remembered, passwordChangedAt) ?? (await getLoginProfileCreation(iam, userName));
  // Deleted since the report was made.
  if (!createdAt) return { dates: {}, remembered: {} };
  return {
    dates: { loginProfileCreatedAt: createdAt, ...(lastUsedAt && { passwordLastUsedAt: lastUsedAt }) },
    remembered: {
      loginProfileCreatedAt: wholeSeconds(createdAt),
      ...(passwordChangedAt !== undefined && { passwordChangedAt }),
    },
  };
}

/** A profile made anew has a later change: the same change means the same profile. */
function recallCreation(
  remembered: RememberedUser | undefined,
  passwordChangedAt: string | undefined,
): Date | undefined {
  if (passwordChangedAt === undefined || remembered?.passwordChangedAt !== passwordChangedAt)
    return undefined;
  return parseMoment(remembered.loginProfileCreatedAt);
}
