/** Many automations of the runbook at once: what watching them asks of AWS, and how soon each end is reported. */
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { connectAccounts } from '../bot/accounts.ts';
import { connectAws } from '../bot/aws.ts';
import { composeBot } from '../bot/compose.ts';
import { createJournal } from '../bot/journal.ts';
import { createLog } from '../bot/log.ts';
import { World as AwsWorld } from '../sandbox/aws/world.ts';
import { type Stage, startStage } from '../sandbox/stage.ts';
import { connectGitHub } from '../shared/github/octokit.ts';
import { unpaced } from '../shared/github/pace.ts';
import { parseRepositoryName } from '../shared/github/repository.ts';
import { parsePolicy } from '../shared/policy/parse-policy.ts';
import type { Policy } from '../shared/policy/schema.ts';
import { approve } from '../shared/remediation/approve.ts';
import type { Clock, Conversation, Notice, TrailIssue, World } from '../shared/remediation/ports.ts';
import { request } from '../shared/remediation/request.ts';
import { createWatch, type Watch } from '../shared/remediation/watch.ts';
import type { AutomationFigures } from './bench-automation-figures.ts';

/** As long as the runbook's script may nearly take, in milliseconds: so that all run before the first one ends. */
const runTime = 540_000;

/** Milliseconds in which others may fall asleep too, so that they sleep at the same time and not one after the other. */
const dozing = 50;

/** The machine's time, in which sleeping takes next to none: what is waited for and what is worked for both count. */
function leapingClock(): Clock {
  let leapt = 0;
  return {
    now: () => new Date(Date.now() + leapt),
    async sleep(duration) {
      const end = Date.now() + leapt + duration;
      await pause(Math.min(duration, dozing));
      leapt = Math.max(leapt, end - Date.now());
    },
    random: Math.random,
  };
}

/** Starts as many automations, one a second, and watches them to their ends. */
export async function measureAutomations(count: number): Promise<AutomationFigures> {
  const clock = leapingClock();
  const aws = new AwsWorld({ now: clock.now });
  Object.assign(aws.automation, { pendingMs: 0, inProgressMs: runTime });
  aws.addRule({ maxAccessKeyAge: 90 });
  aws.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
  for (let index = 0; index < count; index += 1) {
    aws.addUser({ name: `user-${index}`, keys: [{ createdAt: aws.daysAgo(120) }] });
  }
  aws.evaluateRule();
  const stage = await startStage({ world: aws, now: clock.now, milliseconds: () => clock.now().getTime() });
  // The bot keeps AWS's pace by this clock; the SDK would wait for it in real time.
  stage.aws.faults.limitRate('StartAutomationExecution', undefined);
  try {
    const { exitCode, log } = await stage.scan({ inputs: { 'max-new-issues': String(count) } });
    if (exitCode !== 0) throw new Error(`The scan ended with exit code ${exitCode}:\n${log}`);
    return await watchAll(stage, clock, count);
  } finally {
    await stage.close();
  }
}

async function watchAll(stage: Stage, clock: Clock, count: number): Promise<AutomationFigures> {
  /** By issue number. */
  const reportedAt = new Map<number, Date>();
  const world = composeWorld(stage, clock, (issue) => reportedAt.set(issue, clock.now()));
  const watch = createWatch(world);
  // The look at what another process may have left.
  await watch.tick();
  const issueOf = await startAll(world, watch);
  let rounds = 0;
  let mostRequests = 0;
  while (reportedAt.size < count) {
    const before = asked(stage);
    const pause = await watch.tick();
    rounds += 1;
    mostRequests = Math.max(mostRequests, asked(stage) - before);
    await clock.sleep(pause);
  }
  const { executions } = stage.aws.world.automation;
  const delays = executions.flatMap(({ parameters, endedAt }) => {
    const reported = reportedAt.get(issueOf.get(parameters['IAMResourceId']?.[0] ?? '') ?? 0);
    return reported && endedAt ? [reported.getTime() - endedAt.getTime()] : [];
  });
  return { count: delays.length, mostRequests, rounds, delays };
}

function asked({ aws }: Stage): number {
  return aws.requests.counts()['DescribeAutomationExecutions'] ?? 0;
}

/** The numbers of the issues, by user id. */
async function startAll(world: World, watch: Watch): Promise<ReadonlyMap<string, number>> {
  const issues = await world.issues.listSince(new Date(0));
  for (const issue of issues) {
    const about = withOnly(world, issue);
    const person = (id: string) => ({ kind: 'slack', id, name: id }) as const;
    const requestId = crypto.randomUUID();
    const wish = { kind: 'runbook' } as const;
    const asking = { requestId, finding: issue.finding, wish, requester: person('U0ASKS'), reason: '' };
    const asked = await request(about, asking);
    if (asked.kind === 'refused') throw asked.error;
    const { digest } = asked.request.requested.data;
    const approver = person('U0APPROVES');
    const approved = await approve(about, { issue: issue.number, requestId, digest, approver });
    if (approved.kind === 'refused') throw approved.error;
    if (approved.request.status !== 'started') throw new Error(`The request is ${approved.request.status}.`);
    await watch.follow(approved.issue, approved.request);
  }
  return new Map(issues.map(({ number, finding }) => [finding.userId, number]));
}

/** Requests and approvals look at all issues, for doubles and for the daily limit: not what is measured here. */
function withOnly(world: World, issue: TrailIssue): World {
  const { issues } = world;
  return {
    ...world,
    issues: {
      listSince: async () => [],
      listFor: async () => [issue],
      read: (number) => issues.read(number),
      setHints: (number, hints) => issues.setHints(number, hints),
      close: (number) => issues.close(number),
    },
  };
}

function composeWorld({ aws, github }: Stage, clock: Clock, onReport: (issue: number) => void): World {
  process.env['AWS_ENDPOINT_URL'] = aws.url;
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIABENCHOFTHEBOT000';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'unchecked';
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const policy = policyFor(publicKey.export({ format: 'der', type: 'spki' }).toString('base64'));
  const policies = { read: async () => policy };
  const repository = parseRepositoryName(github.repository);
  const { world } = composeBot(
    {
      // Nothing is shown: what Slack takes is none of what is measured.
      slack: new webApi.WebClient(),
      dialogs: new webApi.WebClient(),
      poster: new webApi.WebClient(),
      github: connectGitHub({ baseUrl: github.url, token: github.botToken, pace: unpaced }),
      repository,
      aws: connectAws(policies, connectAccounts(repository, clock.now)),
      policies,
      bulkCommentsPerHour: undefined,
    },
    {
      identity: { teamId: 'T0', botId: 'B0', botUserId: 'U0' },
      facts: {
        id: github.repositoryId,
        private: true,
        fullName: github.repository,
        defaultBranch: 'main',
        url: `${github.url}/${github.repository}`,
      },
    },
    privateKey,
    createJournal(createLog([], (line) => void process.stderr.write(line))),
    clock,
  );
  const members = new Set(['U0ASKS', 'U0APPROVES']);
  return {
    ...world,
    conversation: silent(onReport),
    directory: {
      readMembers: async () => new Map([['S0SECURITY', members]]),
      isFullMember: async () => true,
    },
  };
}

function silent(onReport: (issue: number) => void): Conversation {
  return {
    post: async () => ({ channel: 'C0', ts: '1.0' }),
    show: async () => undefined,
    readNotices: async () => new Set(),
    async notify(_, { events }: Notice, issue) {
      if (events.some(({ type }) => type === 'verified')) onReport(issue.number);
    },
  };
}

function policyFor(publicKey: string): Policy {
  const parsed = parsePolicy(`version: 1
aws: {region: us-east-1, runbookRole: 'arn:{partition}:iam::{account}:role/KeyturnRunbook'}
slack: {channel: C0123456789}
trail: {publicKeys: [${publicKey}]}
approvals:
  runbook: {approvers: [S0SECURITY]}
  strict: {approvers: [S0SECURITY], count: 1}
limits: {keysDeactivatedPerDay: 500}
`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}
