import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectAccounts } from '../../bot/accounts.ts';
import { connectAws } from '../../bot/aws.ts';
import type { World } from '../../shared/remediation/ports.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { addAccounts, letIn, production, staging } from '../bot/organization.ts';
import { approveAll, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { openFinding } from './organization-loop.ts';
import { RemediationStage } from './remediation-stage.ts';

let stage: RemediationStage;
beforeAll(() => {
  stage = new RemediationStage();
  addAccounts(stage.aws);
});
afterAll(() => stage.close());

/** A new process of the bot, which is let in nowhere yet. */
async function boot(): Promise<World> {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIASTATIC';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'static';
  const world = await stage.boot();
  const policy = await world.policies.read();
  const policies = { read: async () => ({ ...policy, aws: { ...policy.aws, aggregator: 'keyturn' } }) };
  const accounts = connectAccounts({ owner: 'acme', repo: 'keys' }, stage.clock.now);
  const { users, rules, runbooks } = connectAws(policies, accounts);
  return { ...world, policies, users, rules, runbooks };
}

async function issueFor(world: World, name: string, account: string) {
  const { id } = await openFinding(await stage.stage, name, account);
  const [issue] = await world.issues.listFor({ accountId: account, userId: id });
  if (!issue) throw new Error(`There is no issue about ${name}`);
  return issue;
}

const statusOf = (name: string, account: string) =>
  stage.aws.userNamed(name, account).accessKeys.map(({ status }) => status);
const noticesOf = (name: string) =>
  [...stage.slack.cards.values()]
    .filter(({ draft }) => 'user' in draft && draft.user.userName === name)
    .flatMap(({ notices }) => notices);

test.each(['runbook', 'strict'] as const)(
  '%s, started in an account that lets nobody in: tried again and again, told once, and done when it does',
  async (kind) => {
    const name = `ann-${kind}`;
    const before = await boot();
    const issue = await issueFor(before, name, production);
    await approveAll(
      before,
      issue,
      await requestOf(before, issue, { kind }),
      'U1',
      ...(kind === 'strict' ? ['U2'] : []),
    );
    letIn(stage.aws, production, false);

    const world = await boot();
    const watch = createWatch(world);
    const { requests } = (await stage.stage).aws;
    const since = requests.total;
    for (let round = 0; round < 5; round += 1) await settleDown(world, watch);
    const tries = requests.list.slice(since).filter(({ operation }) => operation === 'AssumeRole');
    expect(tries.length).toBeGreaterThan(3);
    expect(noticesOf(name).filter(({ key }) => key.startsWith('trouble-'))).toHaveLength(1);
    expect((await stage.stateOf(world, issue.number)).state.open?.status).toBe('started');

    const other = await issueFor(world, `bob-${kind}`, staging);
    await approveAll(world, other, await requestOf(world, other, { kind: 'runbook' }), 'U1');
    await watch.follow(other);
    await settleDown(world, watch);
    expect(statusOf(`bob-${kind}`, staging)).toEqual(['Inactive']);
    expect(statusOf(name, production)).toEqual(['Active']);

    letIn(stage.aws, production, true);
    await settleDown(world, watch);
    expect(statusOf(name, production)).toEqual(['Inactive']);
    expect((await stage.stateOf(world, issue.number)).state.lastOutcome?.data.result).toBe('resolved');
    expect(noticesOf(name).filter(({ key }) => key.startsWith('trouble-'))).toHaveLength(1);
    expect((await world.issues.read(issue.number)).state).toBe('closed');
  },
  60_000,
);
