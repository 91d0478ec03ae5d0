import { generateKeyPairSync } from 'node:crypto';
import { World as AwsWorld } from '../../sandbox/aws/world.ts';
import { type Stage, startStage } from '../../sandbox/stage.ts';
import { readConfigRule } from '../../shared/aws/config-rule.ts';
import { awsLiveUsers } from '../../shared/aws/live-users.ts';
import { remediatorClients } from '../../shared/aws/remediator-clients.ts';
import { ssmRunbooks } from '../../shared/aws/runbook.ts';
import { GitHubBulkIssues } from '../../shared/github/bulk-issues.ts';
import { GitHubIssueLedger } from '../../shared/github/issue-ledger.ts';
import { connectGitHub } from '../../shared/github/octokit.ts';
import { unpaced } from '../../shared/github/pace.ts';
import { parseRepositoryName } from '../../shared/github/repository.ts';
import { GitHubTrailComments } from '../../shared/github/trail-comments.ts';
import { GitHubTrailIssues } from '../../shared/github/trail-issues.ts';
import { createLocks } from '../../shared/remediation/locks.ts';
import { createPacer } from '../../shared/remediation/pacer.ts';
import type { Clock, World } from '../../shared/remediation/ports.ts';
import { fold } from '../../shared/trail/fold.ts';
import { readTrail } from '../../shared/trail/read-trail.ts';
import { makePolicy } from '../fakes/policy-file.ts';
import { FakeSlack } from '../fakes/remediation/fake-slack.ts';

/** The machine's time, in which sleeping takes none. */
class LeapingClock implements Clock {
  #leapt = 0;

  readonly now = (): Date => new Date(Date.now() + this.#leapt);

  async sleep(duration: number): Promise<void> {
    this.#leapt += duration;
  }

  random(): number {
    return 0.5;
  }
}

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const policy = makePolicy((text) => {
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return text.replace(/publicKeys: \[.*\]/, `publicKeys: [${spki}]`);
});

/** The remediation over the real SDKs and the stand-ins; only Slack is a fake. */
export class RemediationStage {
  readonly clock = new LeapingClock();
  readonly slack = new FakeSlack();
  readonly aws = new AwsWorld({ now: this.clock.now });
  readonly failures: string[] = [];
  readonly stage: Promise<Stage>;

  constructor() {
    this.aws.addRule({ maxAccessKeyAge: 90 });
    this.aws.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
    const { now } = this.clock;
    this.stage = startStage({ world: this.aws, now, milliseconds: () => now().getTime() });
  }

  /** AWS Config evaluates, and the Action opens the issues. */
  async scan(): Promise<void> {
    this.aws.evaluateRule();
    const { exitCode, log } = await (await this.stage).scan();
    if (exitCode !== 0) throw new Error(log);
  }

  /** A new process of the bot. */
  async boot(): Promise<World> {
    const { aws, github } = await this.stage;
    process.env['AWS_ENDPOINT_URL'] = aws.url;
    const credentials = { accessKeyId: 'AKIABOT', secretAccessKey: 'of the stand-in' };
    const clients = remediatorClients({
      region: policy.aws.region,
      credentials: async () => credentials,
      userAgent: 'keyturn-bot',
    });
    const octokit = connectGitHub({ baseUrl: github.url, token: github.botToken, pace: unpaced });
    const name = parseRepositoryName(github.repository);
    const ledger = new GitHubIssueLedger(octokit, name, { patience: this.clock, warn: () => undefined });
    return {
      repositoryId: github.repositoryId,
      trailKey: privateKey,
      users: awsLiveUsers(async () => clients),
      rules: { readRule: () => readConfigRule(clients.config, policy.aws.rule) },
      runbooks: ssmRunbooks(async () => clients.ssm),
      issues: new GitHubTrailIssues(octokit, name),
      comments: new GitHubTrailComments(octokit, name),
      bulkIssues: new GitHubBulkIssues(octokit, name, ledger),
      conversation: this.slack,
      bulkBoard: this.slack.board,
      directory: this.slack,
      policies: { read: async () => policy },
      clock: this.clock,
      log: { failed: (task, error) => this.failures.push(`${task}: ${String(error)}`) },
      locks: createLocks(),
      startPacer: createPacer(this.clock, 1_000),
      listPacer: createPacer(this.clock, 334),
    };
  }

  /** What the trail of this issue has come to, read as anybody can read it. */
  async stateOf(world: World, number: number) {
    const { finding } = await world.issues.read(number);
    const subject = { repositoryId: world.repositoryId, issue: number, ...finding };
    const trail = readTrail(await world.comments.list(number), subject, [publicKey]);
    return { trail, state: fold(trail.events, this.clock.now()) };
  }

  async close(): Promise<void> {
    delete process.env['AWS_ENDPOINT_URL'];
    await (await this.stage).close();
  }
}
