import { setTimeout as sleep } from 'node:timers/promises';
import { readerClients } from '../shared/aws/clients.ts';
import { configCompliance } from '../shared/aws/compliance.ts';
import { defaultCredentials, webIdentityCredentials } from '../shared/aws/credentials.ts';
import type { CredentialsSource } from '../shared/aws/held-credentials.ts';
import { awsOrganization } from '../shared/aws/organization.ts';
import { readRecordedUsers } from '../shared/aws/recorded-users.ts';
import { awsUserReader } from '../shared/aws/user-reader.ts';
import type { ConclusionPorts } from '../shared/findings/conclude.ts';
import { dryRun, type KeptBack } from '../shared/findings/dry-run.ts';
import type { AccountPorts, IssueLedger, OrganizationSource } from '../shared/findings/ports.ts';
import { trailHolds } from '../shared/findings/trail-holds.ts';
import { GitHubIssueLedger } from '../shared/github/issue-ledger.ts';
import type { GitHubClient } from '../shared/github/octokit.ts';
import type { RepositoryName } from '../shared/github/repository.ts';
import { GitHubTrailComments } from '../shared/github/trail-comments.ts';
import type { OrganizationSettings, Settings } from './settings.ts';

/** What composing needs of the run besides its settings. */
export interface Surroundings {
  readonly github: GitHubClient;
  readonly repository: RepositoryName;
  /** GitHub's numeric id of it. */
  readonly repositoryId: number;
  readonly now: () => Date;
  /** Asks GitHub for an ID token with this audience. */
  readonly getIdToken: (audience: string) => Promise<string>;
  readonly onWarning: (message: string) => void;
  /** Told each write that a dry run keeps back. */
  readonly onKeptBack: (write: KeptBack) => void;
}

const userAgent = 'keyturn-action';
const waiting = (milliseconds: number) => sleep(milliseconds);

/** Connects the scan to GitHub. Nothing is asked yet. */
export function composeLedger(settings: Settings, surroundings: Surroundings): ConclusionPorts {
  const { publicKeys } = settings;
  const { github, repository, repositoryId } = surroundings;
  const issues = ledgerFor(settings, surroundings);
  if (publicKeys.length === 0) return { issues };
  const comments = new GitHubTrailComments(github, repository);
  return { issues, holds: trailHolds(comments, { repositoryId, publicKeys }) };
}

/** Connects the scan to the account that its credentials belong to. */
export function composeAccount(settings: Settings, surroundings: Surroundings): AccountPorts {
  const { region, ruleName } = settings;
  const credentials = credentialsFor(settings, surroundings);
  const { config, iam } = readerClients({ region, credentials, userAgent });
  const readRecorded = (userIds: readonly string[]) => readRecordedUsers(config, userIds);
  return {
    compliance: configCompliance(config, ruleName),
    users: awsUserReader({ readRecorded, iam, sleep: waiting, now: surroundings.now }),
  };
}

/** Connects the scan to the aggregator's accounts. */
export function composeOrganization(
  settings: Settings,
  { aggregator: name, readerRole: roleName, sourceIdentity }: OrganizationSettings,
  surroundings: Surroundings,
): OrganizationSource {
  const { region, ruleName, roleSessionName } = settings;
  const caller = credentialsFor(settings, surroundings);
  const { config } = readerClients({ region, credentials: caller, userAgent });
  return awsOrganization({
    aggregator: { config, name, ruleName, region },
    caller,
    reader: { roleName, roleSessionName, sourceIdentity },
    userAgent,
    sleep: waiting,
    now: surroundings.now,
  });
}

function credentialsFor(settings: Settings, { getIdToken, now }: Surroundings): CredentialsSource {
  const { region, roleToAssume, roleSessionName, audience } = settings;
  if (roleToAssume === undefined) return defaultCredentials(region);
  return webIdentityCredentials({
    roleArn: roleToAssume,
    roleSessionName,
    audience,
    region,
    getIdToken,
    now,
  });
}

function ledgerFor(settings: Settings, { github, repository, ...told }: Surroundings): IssueLedger {
  const patience = { now: told.now, sleep: waiting };
  const ledger = new GitHubIssueLedger(github, repository, { patience, warn: told.onWarning });
  return settings.dryRun ? dryRun(ledger, told.onKeptBack) : ledger;
}
