import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import type { IAMClient } from '@aws-sdk/client-iam';
import { KeyturnError } from '../errors.ts';
import type { UserReader } from '../findings/ports.ts';
import type { Evidence, RememberedUser } from '../keys/evidence.ts';
import { type LiveQuestion, readLiveUser } from './live-user.ts';
import { inParallel, usersAtOnce } from './parallel.ts';
import { type PlacedUser, placeUser } from './placed-user.ts';
import { readRecordedUsers } from './recorded-users.ts';
import { readCredentialReport, type Sleep } from './report-download.ts';
import { readReportedUser } from './reported-user.ts';
import { type UserDirectory, userDirectory } from './user-directory.ts';

export interface ReaderParts {
  readonly config: ConfigServiceClient;
  readonly iam: IAMClient;
  /** Waits between looks at a credential report in the making. */
  readonly sleep: Sleep;
}

interface Subject {
  readonly accountId: string;
  readonly userId: string;
}

/**
 * IAM users as a scan needs them, by the fewest requests: SelectResourceConfig for a hundred users, one
 * credential report for all, ListUsers for those that the two do not explain, and IAM user by user for the rest.
 */
export function awsUserReader({ config, iam, sleep }: ReaderParts): UserReader {
  return {
    async readUsers({ accountId }, userIds, remembered) {
      if (userIds.length === 0) return new Map();
      const [recorded, report] = await Promise.all([
        readRecordedUsers(config, userIds),
        readCredentialReport(iam, sleep),
      ]);
      const directory = userDirectory(iam);
      const read = async (userId: string): Promise<[string, Evidence]> => {
        const place = await placeUser({ recorded, report, directory }, userId);
        const subject = { accountId, userId };
        const evidence = await orUnreadable(subject, () =>
          readPlacedUser(iam, directory, subject, place, remembered.get(userId)),
        );
        return [userId, evidence];
      };
      return new Map(await inParallel(userIds, usersAtOnce, read));
    },

    readUserLive({ accountId }, userId, userName) {
      return orUnreadable({ accountId, userId }, async () => {
        const configName = (await readRecordedUsers(config, [userId])).get(userId)?.userName;
        return liveEvidence(iam, userDirectory(iam), { accountId, userId, userName, configName });
      });
    },
  };
}

async function readPlacedUser(
  iam: IAMClient,
  directory: UserDirectory,
  subject: Subject,
  place: PlacedUser,
  remembered: RememberedUser | undefined,
): Promise<Evidence> {
  if (place.kind === 'gone') return { kind: 'gone', ...subject };
  const reported =
    place.kind === 'reported' ? await readReportedUser(iam, subject, place, remembered) : undefined;
  const { userName, configName } = place;
  return reported ?? liveEvidence(iam, directory, { ...subject, userName, configName });
}

async function liveEvidence(
  iam: IAMClient,
  directory: UserDirectory,
  question: LiveQuestion,
): Promise<Evidence> {
  const { accountId, userId } = question;
  const user = await readLiveUser(iam, directory, question);
  return user ? { kind: 'user', source: 'live', user } : { kind: 'gone', accountId, userId };
}

/** A user whom IAM will not show is reported as such and costs the scan nobody else. */
async function orUnreadable(subject: Subject, read: () => Promise<Evidence>): Promise<Evidence> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KeyturnError)) throw error;
    return { kind: 'unreadable', ...subject, reason: error.fact };
  }
}
