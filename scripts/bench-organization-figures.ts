import { awsRequests, type Figures } from './bench-figures.ts';

/** The size of an organization. */
export interface OrganizationScale {
  readonly accounts: number;
  readonly usersEach: number;
  readonly accountsWithFindings: number;
  /** Non-compliant users in each of those. */
  readonly findingsEach: number;
}

export interface OrganizationRow {
  readonly scale: OrganizationScale;
  readonly run: 'first scan' | 'rescan';
  readonly figures: Figures;
}

/**
 * AWS requests that a per-user walk of all accounts makes, by count and not by measurement: in each account the role and
 * the list of users, for each user the keys, and for each key (one here) the last use.
 */
export function walkRequests({ accounts, usersEach }: OrganizationScale): number {
  return accounts * (2 + 2 * usersEach);
}

/**
 * AWS requests that a scan of an organization may make: the aggregator's pages; four for each account with findings, one more
 * while AWS makes its report; and at first one for each finding.
 */
export function allowedInOrganization({ scale, run }: Pick<OrganizationRow, 'scale' | 'run'>): number {
  const { accounts, accountsWithFindings, findingsEach } = scale;
  const findings = accountsWithFindings * findingsEach;
  const pages = 2 * Math.ceil(findings / 100) + Math.ceil(accounts / 500) + Math.ceil(accounts / 1_000);
  const each = run === 'first scan' ? 5 : 4;
  return pages + each * accountsWithFindings + (run === 'first scan' ? findings : 0) + 25;
}

/** Those that made more AWS requests than they may. */
export function exceededInOrganization(rows: readonly OrganizationRow[]): OrganizationRow[] {
  return rows.filter((row) => awsRequests(row.figures) > allowedInOrganization(row));
}
