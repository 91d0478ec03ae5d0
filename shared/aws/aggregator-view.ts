import { KeyturnError } from '../errors.ts';
import type { Organization } from '../findings/ports.ts';
import type { Subject } from '../findings/subject.ts';
import { type RecordedUsers, readAggregatedUsers } from './aggregated-users.ts';
import { accountsWithUsers, nonCompliantUsers } from './aggregated-verdicts.ts';
import type { Aggregator } from './aggregator.ts';
import { type RuleResult, ruleResults } from './rule-results.ts';
import { allDisbelieved } from './told-rows.ts';

/** Whom the aggregator knows of in one account. */
export interface Known {
  readonly nonCompliant: ReadonlySet<string>;
  /** Whether that is everybody, as far as can be told. */
  readonly isWhole: boolean;
  readonly recorded: RecordedUsers;
}

/** All accounts as the aggregator shows them. */
export interface AggregatorView extends Omit<Organization, 'account'> {
  known(accountId: string): Known;
}

type Named = ReadonlyMap<string, ReadonlySet<string>>;

/** @throws KeyturnError `aggregator-missing`, `config-rule-missing`, `aws-…` when it shows nothing to go by. */
export async function viewAggregator(
  aggregator: Aggregator,
  tracked: readonly Subject[],
): Promise<AggregatorView> {
  const { name, ruleName, region } = aggregator;
  const [results, verdicts, withUsers] = await Promise.all([
    ruleResults(aggregator),
    nonCompliantUsers(aggregator),
    accountsWithUsers(aggregator),
  ]);
  if (results.byAccount.size === 0 && results.unreadable.size === 0) {
    throw new KeyturnError(
      'config-rule-missing',
      `No account of the aggregator ${name} has results of a Config rule ${ruleName} in ${region}.`,
    );
  }
  const named = verdicts.byAccount;
  const users = await readAggregatedUsers(aggregator, [...subjectsOf(named), ...tracked]);
  const unreadable = allDisbelieved(results, verdicts, users);
  return {
    aggregator: name,
    ruleName,
    region,
    accounts: new Set(
      [results.withRule, named.keys(), withUsers, users.byAccount.keys(), unreadable.keys()].flatMap(
        (ids) => [...ids],
      ),
    ),
    nonCompliant: countsOf(results.byAccount, named),
    withoutRule: withUsers
      .filter((id) => !results.byAccount.has(id) && !results.unreadable.has(id))
      .toSorted(),
    unreadable,
    known: (accountId) => {
      const nonCompliant = named.get(accountId) ?? new Set();
      const { count, isCapped } = results.byAccount.get(accountId) ?? { count: 0, isCapped: false };
      const isWhole = !isCapped && nonCompliant.size >= count;
      return { nonCompliant, isWhole, recorded: users.byAccount.get(accountId) ?? new Map() };
    },
  };
}

function subjectsOf(named: Named): Subject[] {
  return [...named].flatMap(([accountId, ids]) => [...ids].map((userId) => ({ accountId, userId })));
}

function countsOf(results: ReadonlyMap<string, RuleResult>, named: Named): ReadonlyMap<string, number> {
  const accountIds = [...new Set([...results.keys(), ...named.keys()])].toSorted();
  const counts = accountIds.map(
    (id) => [id, Math.max(results.get(id)?.count ?? 0, named.get(id)?.size ?? 0)] as const,
  );
  return new Map(counts.filter(([, count]) => count > 0));
}
