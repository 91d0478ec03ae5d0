import { countOf } from '../keys/written-moments.ts';
import type { Examined } from './examine.ts';
import { ofAccount } from './of-account.ts';
import type { Organization } from './ports.ts';
import type { LeftAccount } from './visit-accounts.ts';

/** Accounts named in one warning; the findings file has all that lack the rule. */
const mostNamed = 20;
/** Issues named for each of them. */
const mostIssues = 10;

/** What people should know of an organization although its scan shows all that there is to see. */
export function organizationWarnings(
  organization: Organization,
  examined: readonly Examined[],
  left: readonly LeftAccount[],
): string[] {
  return [...withoutRuleWarning(organization), ...leftWarning(organization, left), ...warningsOf(examined)];
}

function withoutRuleWarning({ withoutRule, ruleName, region }: Organization): string[] {
  if (withoutRule.length === 0) return [];
  return [
    `${countOf(withoutRule.length, 'account')} with IAM users and without results of the Config rule ${ruleName} in ${region}, so nothing was looked for there: ${listed(withoutRule, mostNamed)}. Deploy the rule (infra/member.yaml), or wait until it has been evaluated.`,
  ];
}

function leftWarning({ aggregator }: Organization, left: readonly LeftAccount[]): string[] {
  if (left.length === 0) return [];
  const named = left.map(
    ({ accountId, openIssues }) =>
      `${accountId} (${listed(
        openIssues.map((number) => `#${number}`),
        mostIssues,
      )})`,
  );
  return [
    `${countOf(left.length, 'account')} ${left.length === 1 ? 'seems' : 'seem'} to have left the organization: ${listed(named, mostNamed)}. The aggregator ${aggregator} shows nothing of such an account, and its role does not let Keyturn in. The open issues stay as they are: close them, or bring the account back into the aggregator and deploy infra/member.yaml to it.`,
  ];
}

function warningsOf(examined: readonly Examined[]): string[] {
  return examined.flatMap(({ sight: { compliance } }) =>
    compliance.warnings.map((warning) => ofAccount(compliance.rule.accountId, warning)),
  );
}

function listed(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
