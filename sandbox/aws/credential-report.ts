import type { Account } from './account.ts';
import { type IamKey, type IamUser, userArn } from './iam-user.ts';

/** How long AWS answers with the same report. */
const reportLifetimeMs = 4 * 3_600_000;

/** One row of the report, by column. */
export type ReportRow = ReadonlyMap<string, string>;

export interface CredentialReport {
  readonly generatedAt: Date;
  readonly rows: readonly ReportRow[];
}

export interface ReportCache {
  /** How many polls answer "in progress" after a report was asked for. */
  pollsUntilReady: number;
  /** Polls that are left until the report under way is ready. */
  pendingPolls: number | undefined;
  latest: CredentialReport | undefined;
  /** What a test makes of the CSV text before it is given out. */
  spoil?: (csv: string) => string;
}

/** The report as it was last generated, if it may still be given out. */
export function freshReport(account: Account, now: Date): CredentialReport | undefined {
  const { latest } = account.report;
  return latest && now.getTime() - latest.generatedAt.getTime() < reportLifetimeMs ? latest : undefined;
}

/** Writes the report of this moment, whether or not one is cached. */
export function generateReport(account: Account, now: Date): CredentialReport {
  const users = account.users.values().map((user) => userRow(account.id, user));
  const latest = { generatedAt: now, rows: [rootRow(account), ...users] };
  account.report.latest = latest;
  return latest;
}

/** Source: IAM User Guide, "Get credential reports for your AWS account", report format. */
export function reportCsv(report: CredentialReport): string {
  const [columns] = report.rows.map((row) => [...row.keys()]);
  const lines = report.rows.map((row) => [...row.values()].map(csvField).join(','));
  return [columns?.join(','), ...lines].join('\n');
}

/** User names may hold commas. */
function csvField(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function userRow(accountId: string, user: IamUser): ReportRow {
  const profile = user.loginProfile;
  return new Map([
    ['user', user.name],
    ['arn', userArn(accountId, user)],
    ['user_creation_time', reportDate(user.createdAt)],
    ['password_enabled', String(profile !== undefined)],
    ['password_last_used', profile ? reportDate(user.passwordLastUsedAt, 'no_information') : 'N/A'],
    ['password_last_changed', reportDate(profile?.changedAt)],
    ['password_next_rotation', 'N/A'],
    ['mfa_active', 'false'],
    ...keyColumns(1, user.accessKeys[0]),
    ...keyColumns(2, user.accessKeys[1]),
    ...certificateColumns,
  ]);
}

function rootRow(account: Account): ReportRow {
  return new Map([
    ['user', '<root_account>'],
    ['arn', `arn:aws:iam::${account.id}:root`],
    ['user_creation_time', reportDate(account.createdAt)],
    ['password_enabled', 'not_supported'],
    ['password_last_used', 'no_information'],
    ['password_last_changed', 'not_supported'],
    ['password_next_rotation', 'not_supported'],
    ['mfa_active', 'true'],
    ...keyColumns(1, undefined),
    ...keyColumns(2, undefined),
    ...certificateColumns,
  ]);
}

function keyColumns(slot: 1 | 2, key: IamKey | undefined): [string, string][] {
  return [
    [`access_key_${slot}_active`, String(key?.status === 'Active')],
    [`access_key_${slot}_last_rotated`, reportDate(key?.statusChangedAt ?? key?.createdAt)],
    [`access_key_${slot}_last_used_date`, reportDate(key?.lastUsed?.at)],
    [`access_key_${slot}_last_used_region`, key?.lastUsed?.region ?? 'N/A'],
    [`access_key_${slot}_last_used_service`, key?.lastUsed?.service ?? 'N/A'],
  ];
}

const certificateColumns: readonly [string, string][] = [
  ['cert_1_active', 'false'],
  ['cert_1_last_rotated', 'N/A'],
  ['cert_2_active', 'false'],
  ['cert_2_last_rotated', 'N/A'],
];

/** The report gives whole seconds and writes UTC as an offset. */
function reportDate(date: Date | undefined, absent = 'N/A'): string {
  return date ? `${date.toISOString().slice(0, 19)}+00:00` : absent;
}
