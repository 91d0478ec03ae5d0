import { describe, expect, test } from '@jest/globals';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { accessKey, daysAgo, userSnapshot } from '../fakes/user-snapshot.ts';

const usedToday = accessKey({ lastUsedAt: daysAgo(0.1), lastUsedService: 's3', lastUsedRegion: 'us-east-1' });
const keyId = accessKey().id;

async function remediate(surroundings: Surroundings, wish: Wish, ...approvers: string[]) {
  const { issue } = surroundings.github.get(1);
  const world = surroundings.boot();
  const watch = createWatch(world);
  const made = await requestOf(world, issue, wish);
  await approveAll(world, issue, made, ...approvers);
  await watch.follow(await world.issues.read(issue.number));
  await settleDown(world, watch);
  const { state } = surroundings.trailOf(issue.number);
  return {
    issue: surroundings.github.get(issue.number).issue,
    outcome: state.lastOutcome?.data,
    made,
    state,
  };
}

describe('the experiment of the reference article', () => {
  test('a key that was never used: the runbook deactivates it, and the finding is resolved', async () => {
    const surroundings = new Surroundings();
    surroundings.addFinding();
    const { issue, outcome } = await remediate(surroundings, { kind: 'runbook' }, 'U1');
    expect(outcome).toEqual({
      result: 'resolved',
      keys: [{ id: keyId, outcome: 'deactivated' }],
      loginProfile: 'none',
      asPredicted: true,
      differences: [],
    });
    expect(issue.state).toBe('closed');
    expect(surroundings.aws.executions).toHaveLength(1);
    expect(surroundings.failures).toEqual([]);
  });

  test('a key that was used today: the runbook succeeds, the key stays, strict takes it with two approvals', async () => {
    const surroundings = new Surroundings();
    surroundings.addFinding(userSnapshot({ accessKeys: [usedToday] }));
    const first = await remediate(surroundings, { kind: 'runbook' }, 'U1');
    expect(surroundings.aws.executions.map(({ status }) => status)).toEqual(['Success']);
    expect(first.outcome).toMatchObject({
      result: 'remains',
      keys: [{ id: keyId, outcome: 'still active', why: expect.stringMatching(/^used 2 hours ago for s3/) }],
      asPredicted: true,
    });
    expect(first.issue.state).toBe('open');

    const second = await remediate(surroundings, { kind: 'strict' }, 'U1', 'U2');
    expect(second.outcome).toMatchObject({ result: 'resolved', keys: [{ outcome: 'deactivated' }] });
    expect(second.issue.state).toBe('closed');
  });

  test('an unused password: the plan says that it goes before anybody approves, the outcome says that it went', async () => {
    const surroundings = new Surroundings();
    surroundings.addFinding(
      userSnapshot({
        accessKeys: [usedToday],
        loginProfileCreatedAt: daysAgo(200),
        passwordLastUsedAt: daysAgo(150),
      }),
    );
    const { made, outcome } = await remediate(surroundings, { kind: 'runbook' }, 'U1');
    expect(made.requested.data.plan).toMatchObject({ deletesLoginProfile: true, deactivates: [] });
    expect(outcome).toMatchObject({ result: 'remains', loginProfile: 'deleted', asPredicted: true });
  });
});
