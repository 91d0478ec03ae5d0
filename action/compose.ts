import { setTimeout as sleep } from 'node:timers/promises';
import { readerClients } from '../shared/aws/clients.ts';
import { configCompliance } from '../shared/aws/compliance.ts';
import { defaultCredentials, webIdentityCredentials } from '../shared/aws/credentials.ts';
import { awsUserReader } from '../shared/aws/user-reader.ts';
import { dryRun, type KeptBack } from '../shared/findings/dry-run.ts';
import type { IssueLedger } from '../shared/findings/ports.ts';
import type { ScanPorts } from '../shared/findings/scan.ts';
import { trailHolds } from '../shared/findings/trail-holds.ts';
import { GitHubIssueLedger } from '../shared/github/issue-ledger.ts';
import type { GitHubClient } from '../shared/github/octokit.ts';
import type { RepositoryName } from '../shared/github/repository.ts';
import { GitHubTrailComments } from '../shared/github/trail-comments.ts';
import type { Settings } from './settings.ts';

/** What composing needs of the run besides its settings. */
export interface Surroundings {
  readonly github: GitHubClient;
  readonly repository: RepositoryName;
  /** GitHub's numeric id of it. */
  readonly repositoryId: number;
  readonly now: () => Date;
  /** Asks GitHub for an ID token with this audience. */
  readonly getIdToken: (audience: string) => Promise<string>;
  readonly onStep: (message: string) => void;
  readonly onWarning: (message: string) => void;
  /** Told each write that a dry run keeps back. */
  readonly onKeptBack: (write: KeptBack) => void;
}

/** Connects the scan to AWS and GitHub. Nothing is asked of either yet. */
export function composePorts(settings: Settings, surroundings: Surroundings): ScanPorts {
  const { region, ruleName } = settings;
  const credentials = credentialsFor(settings, surroundings);
  const { config, iam } = readerClients({ region, credentials, userAgent: 'keyturn-action' });
  return {
    compliance: configCompliance(config, ruleName),
    users: awsUserReader({
      config,
      iam,
      sleep: (milliseconds) => sleep(milliseconds),
      now: surroundings.now,
    }),
    issues: ledgerFor(settings, surroundings),
    ...holdsFor(settings, surroundings),
    progress: { step: surroundings.onStep },
  };
}

function holdsFor(
  { publicKeys }: Settings,
  { github, repository, repositoryId }: Surroundings,
): Pick<ScanPorts, 'holds'> {
  if (publicKeys.length === 0) return {};
  return { holds: trailHolds(new GitHubTrailComments(github, repository), { repositoryId, publicKeys }) };
}

function credentialsFor(settings: Settings, { getIdToken, now }: Surroundings) {
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
  const patience = { now: told.now, sleep: (milliseconds: number) => sleep(milliseconds) };
  const ledger = new GitHubIssueLedger(github, repository, { patience, warn: told.onWarning });
  return settings.dryRun ? dryRun(ledger, told.onKeptBack) : ledger;
}
