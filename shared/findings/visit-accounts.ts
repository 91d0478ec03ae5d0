import { KeyturnError } from '../errors.ts';
import { inParallel } from '../parallel.ts';
import { brokenLabel, hasLabel } from '../trail/labels.ts';
import { type Examined, examine, type Terms } from './examine.ts';
import type { FirstLook } from './first-look.ts';
import { holdOf } from './hold.ts';
import type { IssuesByAccount } from './issues-by-account.ts';
import { limits } from './limits.ts';
import { ofAccount } from './of-account.ts';
import type { IssueRecord, Organization } from './ports.ts';
import type { UnreadableAccount } from './report.ts';

/** What came of visits to accounts, in the order of their ids. */
export interface Visits {
  readonly examined: readonly Examined[];
  readonly unreadable: readonly UnreadableAccount[];
  readonly left: readonly LeftAccount[];
}

/** An account with open issues that seems to have left the organization. */
export interface LeftAccount {
  readonly accountId: string;
  /** Numbers of the open issues, which are as they were. */
  readonly openIssues: readonly number[];
}

type Visit =
  | { readonly kind: 'examined'; readonly account: Examined }
  | { readonly kind: 'unreadable'; readonly account: UnreadableAccount }
  | { readonly kind: 'left'; readonly account: LeftAccount };

/**
 * Examines each account with a NON_COMPLIANT user or an open issue to confirm, some at a time, and no other. Not asked,
 * but told of, are those of which the aggregator said what cannot be read: who is NON_COMPLIANT there is not known.
 */
export async function visitAccounts(
  organization: Organization,
  issues: IssuesByAccount,
  holds: FirstLook['holds'],
  terms: Terms,
): Promise<Visits> {
  const toConfirm = [...issues].filter(([, some]) => some.some((issue) => isToConfirm(issue, holds)));
  const { nonCompliant, unreadable } = organization;
  const accountIds = new Set([...nonCompliant.keys(), ...unreadable.keys(), ...toConfirm.map(([id]) => id)]);
  const visits = await inParallel([...accountIds].toSorted(), limits.accountsAtOnce, (accountId) =>
    visit(organization, accountId, { issues: issues.get(accountId) ?? [], holds }, terms),
  );
  return {
    examined: visits.flatMap((one) => (one.kind === 'examined' ? one.account : [])),
    unreadable: visits.flatMap((one) => (one.kind === 'unreadable' ? one.account : [])),
    left: visits.flatMap((one) => (one.kind === 'left' ? one.account : [])),
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
  const step = (message: string) => terms.progress.step(ofAccount(accountId, message));
  try {
    const disbelief = organization.unreadable.get(accountId);
    if (disbelief) throw disbelief;
    const { compliance: source, users } = organization.account(accountId);
    const compliance = await source.readCompliance();
    const account = await examine({ ...known, compliance }, users, { ...terms, progress: { step } });
    return { kind: 'examined', account };
  } catch (error) {
    if (!(error instanceof KeyturnError)) throw error;
    step(error.fact);
    const open = known.issues.filter(({ state }) => state === 'open');
    if (hasLeft(organization, accountId, error)) {
      return { kind: 'left', account: { accountId, openIssues: open.map(({ number }) => number) } };
    }
    const { fact: reason, code, remedy } = error;
    const nonCompliant = organization.nonCompliant.get(accountId) ?? 0;
    const account = { accountId, reason, code, remedy, nonCompliant, openIssues: open.length };
    return { kind: 'unreadable', account };
  }
}

/** Either alone may be a mistake of an hour. That AWS does not answer says nothing of the kind. */
function hasLeft({ accounts }: Organization, accountId: string, { code }: KeyturnError): boolean {
  return code === 'account-role-refused' && !accounts.has(accountId);
}
