import type { CredentialReport, ReportedUser } from './credential-report.ts';
import type { RecordedUser } from './recorded-users.ts';
import type { UserDirectory } from './user-directory.ts';

/** What a scan has fetched for all users at once. */
export interface ScanSources {
  readonly recorded: ReadonlyMap<string, RecordedUser>;
  readonly report: CredentialReport;
  /** Asked only when the other two do not explain a user. */
  readonly directory: UserDirectory;
}

/** Where a user is to be read. */
export type PlacedUser =
  | { readonly kind: 'gone' }
  /** Not in the credential report, such as a user who is newer than it. */
  | { readonly kind: 'unreported'; readonly userName: string; readonly configName?: string }
  | ReportedPlace;

export interface ReportedPlace {
  readonly kind: 'reported';
  readonly userName: string;
  readonly arn: string;
  readonly row: ReportedUser;
  /** Absent when Config does not record the user: then only IAM has them. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly configName?: string;
}

/**
 * Finds a user's row of the report, which has no unique ids: by name and creation time together. Config's name
 * may be out of date (renamed), or be borne by somebody new (recreated); ListUsers settles both.
 *
 * @throws KeyturnError when the users cannot be listed.
 */
export async function placeUser(sources: ScanSources, userId: string): Promise<PlacedUser> {
  const { report, directory } = sources;
  const recorded = sources.recorded.get(userId);
  const fromConfig = recorded && { tags: recorded.tags, configName: recorded.userName };
  const recordedRow = recorded?.createdAt && report.find(recorded.userName, recorded.createdAt);
  if (recordedRow) {
    const { userName, arn } = recorded;
    return { kind: 'reported', userName, arn, row: recordedRow, ...fromConfig };
  }
  const listed = (await directory()).get(userId);
  if (!listed) return { kind: 'gone' };
  const { userName, arn, createdAt } = listed;
  const row = report.find(userName, createdAt);
  return row
    ? { kind: 'reported', userName, arn, row, ...fromConfig }
    : { kind: 'unreported', userName, ...fromConfig };
}
