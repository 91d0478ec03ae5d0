import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { KeyturnError } from '../errors.ts';
import type { AccountPorts, Compliance, Organization, OrganizationSource } from '../findings/ports.ts';
import type { Subject } from '../findings/subject.ts';
import { accountCredentials } from './account-credentials.ts';
import { type RecordedUsers, readAggregatedUsers } from './aggregated-users.ts';
import { accountsWithUsers, nonCompliantUsers, type RuleResult, ruleResults } from './aggregated-verdicts.ts';
import type { Aggregator } from './aggregator.ts';
import { readerClients } from './clients.ts';
import { readNonCompliantUserIds } from './compliance.ts';
import { readConfigRule } from './config-rule.ts';
import type { CredentialsSource } from './held-credentials.ts';
import { partitionOf } from './partition.ts';
import { readRecordedUsers } from './recorded-users.ts';
import type { Sleep } from './report-download.ts';
import { awsUserReader } from './user-reader.ts';

/** The role that a scan assumes in each account, and how it names itself there. */
export interface Reader {
  readonly roleName: string;
  readonly roleSessionName: string;
  readonly sourceIdentity: string;
}

export interface OrganizationParts {
  /** Of the account that has the aggregator. */
  readonly aggregator: Aggregator;
  readonly caller: CredentialsSource;
  readonly reader: Reader;
  readonly userAgent: string;
  readonly sleep: Sleep;
  readonly now: () => Date;
}

/** Whom the aggregator knows of in one account. */
interface Known {
  readonly nonCompliant: ReadonlySet<string>;
  /** Whether that is everybody, as far as can be told. */
  readonly isWhole: boolean;
  readonly recorded: RecordedUsers;
}

/**
 * All accounts of a Config aggregator. Who is NON_COMPLIANT, and what AWS Config records of them, is asked of the
 * aggregator a hundred users at a time; the rest of each account through its reader role.
 */
export function awsOrganization(parts: OrganizationParts): OrganizationSource {
  return { readOrganization: (tracked) => readOrganization(parts, tracked) };
}

async function readOrganization(
  parts: OrganizationParts,
  tracked: readonly Subject[],
): Promise<Organization> {
  const { aggregator } = parts;
  const { name, ruleName, region } = aggregator;
  const [results, named, withUsers] = await Promise.all([
    ruleResults(aggregator),
    nonCompliantUsers(aggregator),
    accountsWithUsers(aggregator),
  ]);
  if (results.size === 0) {
    throw new KeyturnError(
      'config-rule-missing',
      `No account of the aggregator ${name} has results of a Config rule ${ruleName} in ${region}.`,
    );
  }
  const recorded = await readAggregatedUsers(aggregator, [...subjectsOf(named), ...tracked]);
  const known = (accountId: string): Known => {
    const nonCompliant = named.get(accountId) ?? new Set();
    const { count, isCapped } = results.get(accountId) ?? { count: 0, isCapped: false };
    const isWhole = !isCapped && nonCompliant.size >= count;
    return { nonCompliant, isWhole, recorded: recorded.get(accountId) ?? new Map() };
  };
  return {
    aggregator: name,
    ruleName,
    region,
    accounts: new Set([...results.keys(), ...withUsers]).size,
    nonCompliant: countsOf(results, named),
    withoutRule: withUsers.filter((id) => !results.has(id)).toSorted(),
    account: (accountId) => accountPorts(parts, accountId, known(accountId)),
  };
}

function subjectsOf(named: ReadonlyMap<string, ReadonlySet<string>>): Subject[] {
  return [...named].flatMap(([accountId, ids]) => [...ids].map((userId) => ({ accountId, userId })));
}

function countsOf(
  results: ReadonlyMap<string, RuleResult>,
  named: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, number> {
  const accountIds = [...new Set([...results.keys(), ...named.keys()])].toSorted();
  const counts = accountIds.map(
    (id) => [id, Math.max(results.get(id)?.count ?? 0, named.get(id)?.size ?? 0)] as const,
  );
  return new Map(counts.filter(([, count]) => count > 0));
}

function accountPorts(parts: OrganizationParts, accountId: string, known: Known): AccountPorts {
  const { aggregator, caller, reader, userAgent, sleep, now } = parts;
  const { region, ruleName } = aggregator;
  const role = { ...reader, partition: partitionOf(region), accountId, region };
  const credentials = accountCredentials(caller, role, now);
  // Clients of its own: when one account throttles, the others need not wait.
  const { config, iam } = readerClients({ region, credentials, userAgent, connectionsOf: aggregator.config });
  const readRecorded = async (userIds: readonly string[]) =>
    known.isWhole ? pick(known.recorded, userIds) : readRecordedUsers(config, userIds);
  return {
    compliance: { readCompliance: () => readCompliance(config, ruleName, accountId, known) },
    users: awsUserReader({ readRecorded, iam, sleep, now }),
  };
}

function pick(recorded: RecordedUsers, userIds: readonly string[]): RecordedUsers {
  const wanted = new Set(userIds);
  return new Map([...recorded].filter(([userId]) => wanted.has(userId)));
}

/** The account's own rule; whom it calls NON_COMPLIANT is asked of the account only when the aggregator falls short. */
async function readCompliance(
  config: ConfigServiceClient,
  ruleName: string,
  accountId: string,
  { nonCompliant, isWhole }: Known,
): Promise<Compliance> {
  const rule = await readConfigRule(config, ruleName);
  if (rule.accountId !== accountId) {
    throw new KeyturnError(
      'aws-answer-unexpected',
      `The Config rule that account ${accountId} shows belongs to account ${rule.accountId}.`,
    );
  }
  const nonCompliantUserIds = isWhole
    ? [...nonCompliant].toSorted()
    : await readNonCompliantUserIds(config, ruleName);
  return { rule, nonCompliantUserIds, evaluated: true, warnings: [] };
}
