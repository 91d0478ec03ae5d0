import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { KeyturnError } from '../errors.ts';
import type { AccountPorts, Compliance, Organization, OrganizationSource } from '../findings/ports.ts';
import type { Subject } from '../findings/subject.ts';
import { accountCredentials } from './account-credentials.ts';
import type { RecordedUsers } from './aggregated-users.ts';
import type { Aggregator } from './aggregator.ts';
import { type Known, viewAggregator } from './aggregator-view.ts';
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
  const { known, ...shown } = await viewAggregator(parts.aggregator, tracked);
  return { ...shown, account: (accountId) => accountPorts(parts, accountId, known(accountId)) };
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
  const rule = await readConfigRule(config, ruleName, accountId);
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
