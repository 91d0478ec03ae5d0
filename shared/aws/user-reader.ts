import type { IAMClient } from '@aws-sdk/client-iam';
import { KeyturnError } from '../errors.ts';
import type { UserReader } from '../findings/ports.ts';
import type { Evidence, RememberedUser } from '../keys/evidence.ts';
import { inParallel, usersAtOnce } from '../parallel.ts';
import type { CredentialReport } from './credential-report.ts';
import { type LiveQuestion, readLiveUser } from './live-user.ts';
import { placeUser, type ScanSources } from './placed-user.ts';
import type { RecordedUser } from './recorded-users.ts';
import { readCredentialReport, type Sleep } from './report-download.ts';
import type { KeyLimit } from './reported-keys.ts';
import { readReportedUser } from './reported-user.ts';
import { type UserDirectory, userDirectory } from './user-directory.ts';

export interface ReaderParts {
  /** What AWS Config records of these users, by unique id. */
  readonly readRecorded: (userIds: readonly string[]) => Promise<ReadonlyMap<string, RecordedUser>>;
  readonly iam: IAMClient;
  /** Waits between looks at a credential report in the making. */
  readonly sleep: Sleep;
  readonly now: () => Date;
}

interface Subject {
  readonly accountId: string;
  readonly userId: string;
}

/**
 * IAM users as one scan needs them, by the fewest requests: AWS Config's records a hundred users at a time, one
 * credential report for all, ListUsers for those that the two do not explain, and IAM user by user for the rest.
 * Report and list are fetched once for the reader's whole life.
 */
export function awsUserReader({ readRecorded, iam, sleep, now }: ReaderParts): UserReader {
  const directory = userDirectory(iam);
  let reading: Promise<CredentialReport> | undefined;
  const readReport = () => {
    reading ??= readCredentialReport(iam, sleep);
    return reading;
  };
  return {
    async readUsers({ accountId, maxAccessKeyAge }, userIds, remembered) {
      if (userIds.length === 0) return new Map();
      const [recorded, report] = await Promise.all([readRecorded(userIds), readReport()]);
      const sources = { recorded, report, directory };
      const limit = { maxAccessKeyAge, now: now() };
      return readEach(accountId, userIds, (subject) =>
        readScannedUser(iam, sources, subject, remembered.get(subject.userId), limit),
      );
    },

    async readUsersLive({ accountId }, userNames) {
      const userIds = [...userNames.keys()];
      const recorded = await readRecorded(userIds);
      return readEach(accountId, userIds, (subject) =>
        liveEvidence(iam, directory, {
          ...subject,
          userName: userNames.get(subject.userId),
          configName: recorded.get(subject.userId)?.userName,
        }),
      );
    },
  };
}

async function readEach(
  accountId: string,
  userIds: readonly string[],
  read: (subject: Subject) => Promise<Evidence>,
): Promise<ReadonlyMap<string, Evidence>> {
  const answers = await inParallel(userIds, usersAtOnce, async (userId) => {
    const subject = { accountId, userId };
    return [userId, await orUnreadable(subject, () => read(subject))] as const;
  });
  return new Map(answers);
}

async function readScannedUser(
  iam: IAMClient,
  sources: ScanSources,
  subject: Subject,
  remembered: RememberedUser | undefined,
  limit: KeyLimit,
): Promise<Evidence> {
  const place = await placeUser(sources, subject.userId);
  if (place.kind === 'gone') return { kind: 'gone', ...subject };
  const reported =
    place.kind === 'reported' ? await readReportedUser(iam, subject, place, remembered, limit) : undefined;
  const { userName, configName } = place;
  return reported ?? liveEvidence(iam, sources.directory, { ...subject, userName, configName });
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
