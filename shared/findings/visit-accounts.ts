import { KeyturnError } from '../errors.ts';
import { inParallel } from '../parallel.ts';
import { brokenLabel, hasLabel } from '../trail/labels.ts';
import { type Examined, examine, type Terms } from './examine.ts';
import type { FirstLook } from './first-look.ts';
import { holdOf } from './hold.ts';
import type { IssuesByAccount } from './issues-by-account.ts';
import { limits } from './limits.ts';
import type { IssueRecord, Organization } from './ports.ts';
import type { UnreadableAccount } from './report.ts';

/** What came of visits to accounts, in the order of their ids. */
export interface Visits {
  readonly examined: readonly Examined[];
  readonly unreadable: readonly UnreadableAccount[];
}

type Visit =
  | { readonly kind: 'examined'; readonly account: Examined }
  | { readonly kind: 'unreadable'; readonly account: UnreadableAccount };

/** Examines each account with a NON_COMPLIANT user or an open issue to confirm, some at a time, and no other. */
export async function visitAccounts(
  organization: Organization,
  issues: IssuesByAccount,
  holds: FirstLook['holds'],
  terms: Terms,
): Promise<Visits> {
  const toConfirm = [...issues].filter(([, some]) => some.some((issue) => isToConfirm(issue, holds)));
  const accountIds = new Set([...organization.nonCompliant.keys(), ...toConfirm.map(([id]) => id)]);
  const visits = await inParallel([...accountIds].toSorted(), limits.accountsAtOnce, (accountId) =>
    visit(organization, accountId, { issues: issues.get(accountId) ?? [], holds }, terms),
  );
  return {
    examined: visits.flatMap((one) => (one.kind === 'examined' ? one.account : [])),
    unreadable: visits.flatMap((one) => (one.kind === 'unreadable' ? one.account : [])),
  };
}

/** Whether a scan that finds nothing about the issue's user has to look before it leaves the issue. */
function isToConfirm(issue: IssueRecord, holds: FirstLook['holds']): boolean {
  return issue.state === 'open' && !hasLabel(issue, brokenLabel) && !holdOf(issue, holds).pendingRequest;
}

/** Whatever AWS refuses in an account is that account's alone. GitHub is asked nothing here. */
async function visit(
  organization: Organization,
  accountId: string,
  known: { readonly issues: readonly IssueRecord[]; readonly holds: FirstLook['holds'] },
  terms: Terms,
): Promise<Visit> {
  const step = (message: string) => terms.progress.step(`Account ${accountId}: ${message}`);
  try {
    const { compliance: source, users } = organization.account(accountId);
    const compliance = await source.readCompliance();
    const account = await examine({ ...known, compliance }, users, { ...terms, progress: { step } });
    return { kind: 'examined', account };
  } catch (error) {
    if (!(error instanceof KeyturnError)) throw error;
    step(error.fact);
    const { fact: reason, code, remedy } = error;
    const openIssues = known.issues.filter(({ state }) => state === 'open').length;
    const nonCompliant = organization.nonCompliant.get(accountId) ?? 0;
    return { kind: 'unreadable', account: { accountId, reason, code, remedy, nonCompliant, openIssues } };
  }
}
