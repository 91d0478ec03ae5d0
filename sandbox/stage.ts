import { type AwsStandIn, startAws } from './aws/start.ts';
import type { World } from './aws/world.ts';
import { type OidcStandIn, startOidc } from './github/oidc.ts';
import { type GitHubStandIn, startGitHub } from './github/start.ts';
import { type ActionRun, runAction } from './run-action.ts';

export interface StageOptions {
  readonly world?: World;
  /** The clock of the stand-ins; the Action has the machine's own. */
  readonly now?: () => Date;
  /** GitHub's own, where it is to disagree with all others. */
  readonly githubNow?: () => Date;
  readonly private?: boolean;
  /** Added to every answer of AWS, in milliseconds. */
  readonly latencyMs?: number;
  /** What AWS's request rates are measured with, where waiting is not to take time. */
  readonly milliseconds?: () => number;
}

export interface ScanOptions {
  /** Besides, or instead of, region, rule, role and token. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly workspace?: string;
  readonly onLine?: (line: string) => void;
  /** Ends the run when it fires, with `killWith` or SIGTERM. */
  readonly signal?: AbortSignal;
  readonly killWith?: NodeJS.Signals;
}

/** AWS and GitHub on one machine, and the built Action between them. */
export interface Stage {
  readonly aws: AwsStandIn;
  readonly github: GitHubStandIn;
  readonly oidc: OidcStandIn;
  /** One run of the Action, as a scheduled workflow starts it. */
  scan(options?: ScanOptions): Promise<ActionRun>;
  close(): Promise<void>;
}

const scanRoleName = 'KeyturnScan';

/** Starts the stand-ins; the Action's role trusts the repository's main branch and nobody else. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const { now, githubNow = now, world, latencyMs, milliseconds } = options;
  const clock = now ? { now } : {};
  const [aws, github] = await Promise.all([
    startAws({
      ...clock,
      ...(world && { world }),
      ...(latencyMs && { latencyMs }),
      ...(milliseconds && { milliseconds }),
    }),
    startGitHub({ ...(githubNow && { now: githubNow }), private: options.private ?? true }),
  ]);
  const { repository, repositoryId } = github;
  const subject = `repo:${repository}:ref:refs/heads/main`;
  const oidc = await startOidc({ subject, repository, repositoryId, ...clock });
  const trust = { kind: 'github', audience: 'sts.amazonaws.com', subjects: [subject] } as const;
  const role = aws.world.addRole({ name: scanRoleName, trust });
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: github.url,
    GITHUB_REPOSITORY: repository,
    ACTIONS_ID_TOKEN_REQUEST_URL: oidc.requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: oidc.requestToken,
  };
  const inputs = {
    'aws-region': aws.world.account().region,
    'config-rule-name': 'access-keys-rotated',
    'role-to-assume': role.arn,
    'github-token': github.token,
  };
  return {
    aws,
    github,
    oidc,
    scan: ({ inputs: more, env: moreEnv, ...rest } = {}) =>
      runAction({ inputs: { ...inputs, ...more }, env: { ...env, ...moreEnv }, ...rest }),
    async close() {
      await Promise.all([aws.close(), github.close(), oidc.close()]);
    },
  };
}
