import { generateKeyPairSync } from 'node:crypto';
import type { Policy } from '../../../shared/policy/schema.ts';
import { createLocks } from '../../../shared/remediation/locks.ts';
import { createPacer } from '../../../shared/remediation/pacer.ts';
import type { Clock, Finding, TrailIssue, World } from '../../../shared/remediation/ports.ts';
import { fold } from '../../../shared/trail/fold.ts';
import { foldBulk } from '../../../shared/trail/fold-bulk.ts';
import { readTrail } from '../../../shared/trail/read-trail.ts';
import { makePolicy } from '../policy-file.ts';
import { userSnapshot } from '../user-snapshot.ts';
import { FakeAws } from './fake-aws.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeGithub } from './fake-github.ts';
import { FakeSlack } from './fake-slack.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const repositoryId = 4711;

/** What outlives a process: AWS, GitHub, Slack and time. */
export class Surroundings {
  readonly clock = new FakeClock();
  readonly aws = new FakeAws(this.clock);
  readonly github = new FakeGithub(this.clock);
  readonly slack = new FakeSlack();
  readonly failures: string[] = [];
  policy: Policy;

  constructor(editPolicy?: (text: string) => string) {
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    this.policy = makePolicy((text) =>
      (editPolicy ?? String)(text.replace(/publicKeys: \[.*\]/, `publicKeys: [${spki}]`)),
    );
  }

  /** A new process of the bot, whose clock may be ahead: no two machines agree to the millisecond. */
  boot(milliseconds = 0): World {
    const { aws, github, slack } = this;
    const clock: Clock = {
      now: () => new Date(this.clock.now().getTime() + milliseconds),
      sleep: (duration) => this.clock.sleep(duration),
      random: () => this.clock.random(),
    };
    return {
      repositoryId,
      trailKey: privateKey,
      users: aws,
      rules: aws,
      runbooks: aws,
      issues: github,
      comments: github,
      bulkIssues: github.bulkIssues,
      conversation: slack,
      bulkBoard: slack.board,
      directory: slack,
      policies: { read: async () => this.policy },
      clock,
      log: { failed: (task, error) => this.failures.push(`${task}: ${String(error)}`) },
      locks: createLocks(),
      startPacer: createPacer(clock, 1_000),
      listPacer: createPacer(clock, 334),
    };
  }

  /** A finding with its issue; one of `ada`, with a key that was never used, unless said otherwise. */
  addFinding(user = userSnapshot()): TrailIssue {
    this.aws.put(user);
    const finding: Finding = { accountId: user.accountId, userId: user.userId };
    return this.github.open(finding, { userName: user.userName });
  }

  /** The trail as anybody can read it. */
  trailOf(issue: number) {
    const { finding } = this.github.get(issue).issue;
    const subject = { repositoryId, issue, accountId: finding.accountId, userId: finding.userId };
    const trail = readTrail(this.github.get(issue).comments, subject, [publicKey]);
    return { trail, subject, state: fold(trail.events, this.clock.now()) };
  }

  /** The trail of a bulk request's issue. */
  bulkOf(issue: number) {
    const { accountId } = this.github.getBulk(issue).issue;
    const subject = { repositoryId, issue, accountId };
    const trail = readTrail(this.github.getBulk(issue).comments, subject, [publicKey]);
    return { trail, subject, ...foldBulk(trail.events, this.clock.now()) };
  }

  eventsOf(issue: number): string[] {
    return this.trailOf(issue).trail.events.map(({ type }) => type);
  }
}
