import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { approveAll, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { RemediationStage } from './remediation-stage.ts';

let stage: RemediationStage;

beforeEach(() => {
  stage = new RemediationStage();
});
afterEach(() => stage.close());

/** A whole remediation of the issue's user, from the request to the verified outcome. */
async function remediate(number: number, wish: Wish, ...approvers: string[]) {
  const world = await stage.boot();
  const watch = createWatch(world);
  const issue = await world.issues.read(number);
  const made = await requestOf(world, issue, wish);
  await approveAll(world, issue, made, ...approvers);
  await watch.follow(issue);
  await settleDown(world, watch);
  const { trail, state } = await stage.stateOf(world, number);
  expect(trail.state).toBe('intact');
  return { made, outcome: state.lastOutcome?.data, issue: await world.issues.read(number) };
}

describe("the reference article's experiment, through the real SDKs", () => {
  test('user one, never used: the runbook deactivates the key, resolved', async () => {
    const user = stage.aws.addUser({ name: 'one', keys: [{ createdAt: stage.aws.daysAgo(100) }] });
    await stage.scan();

    const { outcome, issue } = await remediate(1, { kind: 'runbook' }, 'U1');

    expect(outcome).toMatchObject({
      result: 'resolved',
      keys: [{ id: user.accessKeys[0]?.id, outcome: 'deactivated' }],
      asPredicted: true,
    });
    expect(user.accessKeys[0]?.status).toBe('Inactive');
    expect(issue.state).toBe('closed');
    expect((await stage.stage).aws.requests.counts()).toMatchObject({ StartAutomationExecution: 1 });
    expect(stage.failures).toEqual([]);
  });

  test('user two, used today: the runbook says Success and the key stays; strict with two approvals takes it', async () => {
    const used = { at: stage.aws.daysAgo(0.1), service: 's3', region: 'us-east-1' };
    const user = stage.aws.addUser({
      name: 'two',
      keys: [{ createdAt: stage.aws.daysAgo(100), lastUsed: used }],
    });
    await stage.scan();

    const first = await remediate(1, { kind: 'runbook' }, 'U1');

    const [execution] = stage.aws.automation.executions.values();
    expect(execution?.status).toBe('Success');
    expect(user.accessKeys[0]?.status).toBe('Active');
    expect(first.outcome).toMatchObject({
      result: 'remains',
      keys: [{ outcome: 'still active', why: expect.stringContaining('used 2 hours ago') }],
      asPredicted: true,
    });
    expect(first.issue.state).toBe('open');

    const second = await remediate(1, { kind: 'strict' }, 'U1', 'U2');

    expect(second.outcome).toMatchObject({ result: 'resolved', keys: [{ outcome: 'deactivated' }] });
    expect(user.accessKeys[0]?.status).toBe('Inactive');
    expect(second.issue.state).toBe('closed');
  });

  test('user three, an unused password: the plan says before the approval that it goes, the outcome that it went', async () => {
    const user = stage.aws.addUser({
      name: 'three',
      keys: [{ createdAt: stage.aws.daysAgo(100) }],
      loginProfile: { createdAt: stage.aws.daysAgo(200) },
    });
    await stage.scan();

    const { made, outcome } = await remediate(1, { kind: 'runbook' }, 'U1');

    expect(made.requested.data.plan).toMatchObject({ kind: 'runbook', deletesLoginProfile: true });
    expect(outcome).toMatchObject({ loginProfile: 'deleted', asPredicted: true, result: 'resolved' });
    expect(user.loginProfile).toBeUndefined();
  });
});
