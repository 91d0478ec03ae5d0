import { describe, expect, test } from '@jest/globals';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import { carryOut } from '../../shared/remediation/carry-out.ts';
import { clientTokenOf } from '../../shared/remediation/client-token.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { nextComment } from '../../shared/trail/next-envelope.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { accessKey, daysAgo, userSnapshot } from '../fakes/user-snapshot.ts';

const { userId } = userSnapshot();
const keyId = accessKey().id;
const second = accessKey({ id: 'AKIAEXAMPLE000000002', createdAt: daysAgo(200) });

async function approved(wish: Wish, user = userSnapshot()) {
  const surroundings = new Surroundings((text) => `${text}  undo: {approvers: [S0SECURITY]}\n`);
  const issue = surroundings.addFinding(user);
  const world = surroundings.boot();
  const made = await requestOf(world, issue, wish);
  await approveAll(world, issue, made, ...(wish.kind === 'strict' ? ['U1', 'U2'] : ['U1']));
  return { surroundings, issue, world, made };
}

async function finish({ surroundings, world, issue }: Awaited<ReturnType<typeof approved>>) {
  const watch = createWatch(world);
  await watch.follow(issue);
  await settleDown(world, watch);
  const { trail, state } = surroundings.trailOf(1);
  const finished = trail.events.find((event) => event.type === 'finished')?.data;
  return { finished, verified: state.lastOutcome?.data, state };
}

describe('mode runbook', () => {
  test('passes what was approved, a token and a tag of the request', async () => {
    const run = await approved({ kind: 'runbook' });
    await finish(run);
    expect(run.surroundings.aws.executions[0]?.start).toEqual({
      document: run.surroundings.aws.document,
      roleArn: 'arn:aws:iam::123456789012:role/KeyturnRunbook',
      userId,
      maxCredentialUsageAge: 90,
      clientToken: clientTokenOf(run.made.id),
      tagKey: `keyturn:${run.made.id}`,
    });
  });

  test('keeps the output on the issue, cut to its bound', async () => {
    const run = await approved({ kind: 'runbook' });
    run.surroundings.aws.ending = (execution) => {
      execution.output = 'x'.repeat(100_000);
    };
    const { finished, verified } = await finish(run);
    expect(finished?.output).toHaveLength(4_000);
    expect(verified).toMatchObject({ result: 'resolved', asPredicted: true });
  });

  test.each(['Failed', 'TimedOut', 'Cancelled', 'Rejected', 'CompletedWithFailure', 'Exited'])(
    'a run that ended %s is read back too, and is loud',
    async (status) => {
      const run = await approved({ kind: 'runbook' });
      run.surroundings.aws.ending = (execution) => {
        Object.assign(execution, {
          status,
          failure: 'Step fails',
          output: 'No output available yet because the step is not successfully executed',
        });
      };
      const { finished, verified } = await finish(run);
      expect(finished).toMatchObject({ ended: 'failed', automationStatus: status, error: 'Step fails' });
      expect(verified).toMatchObject({
        result: 'resolved',
        asPredicted: false,
        differences: [`the run ended ${status}`],
      });
    },
  );

  test("the runbook's word is checked", async () => {
    const run = await approved({ kind: 'runbook' }, userSnapshot({ loginProfileCreatedAt: daysAgo(300) }));
    run.surroundings.aws.ending = () => {
      run.surroundings.aws.changeKey(userId, keyId, { status: 'Active' });
      run.surroundings.aws.change(userId, { loginProfileCreatedAt: daysAgo(0) });
    };
    const { verified } = await finish(run);
    expect(verified?.differences).toEqual(
      expect.arrayContaining([
        `${keyId}: the runbook says that it deactivated it, but it is Active`,
        'console password: the runbook says that it deleted it, but there is one',
      ]),
    );
    expect(verified?.result).toBe('remains');
  });

  test('IAM may be late: it is read again before anybody is alarmed', async () => {
    const run = await approved({ kind: 'runbook' });
    run.surroundings.aws.ending = () => {
      run.surroundings.aws.staleReads = 3;
    };
    expect((await finish(run)).verified).toMatchObject({ result: 'resolved', asPredicted: true });
  });

  test('a start that AWS refuses is over at once, with the reason', async () => {
    const run = await approved({ kind: 'runbook' });
    run.surroundings.aws.refusal = 'AccessDeniedException';
    const { finished, verified, state } = await finish(run);
    expect(finished).toEqual({ ended: 'not started', error: 'AccessDeniedException' });
    expect(verified).toMatchObject({ result: 'remains', asPredicted: false });
    expect(state.open).toBeUndefined();
  });

  test('a user that is gone before the start', async () => {
    const run = await approved({ kind: 'runbook' });
    run.surroundings.aws.users.clear();
    const { finished, verified } = await finish(run);
    expect(finished).toMatchObject({ ended: 'not started', error: 'IAM has no such user any more.' });
    expect(verified).toMatchObject({ result: 'resolved', keys: [{ outcome: 'gone' }] });
    expect(run.surroundings.github.get(1).issue.state).toBe('closed');
  });

  test.each([2, 7, 20])(
    'a used token whose execution does not show for %i looks is looked up, never replaced',
    async (lag) => {
      const run = await approved({ kind: 'runbook' });
      const { surroundings, world, issue } = run;
      await carryOut(world, issue);
      surroundings.aws.tagLag = lag;
      await finish({ ...run, world: surroundings.boot() });
      expect(surroundings.aws.executions).toHaveLength(1);
      expect(surroundings.trailOf(1).state.lastOutcome?.data.result).toBe('resolved');
    },
  );

  test('an id that is no UUID does not spoil the trail', async () => {
    const run = await approved({ kind: 'runbook' });
    run.surroundings.aws.ending = (execution) => Object.assign(execution, { id: 'strange' });
    const { finished } = await finish(run);
    expect(finished).toMatchObject({ ended: 'success' });
    expect(finished).not.toHaveProperty('executionId');
  });
});

describe('mode strict', () => {
  const both = userSnapshot({ accessKeys: [accessKey(), second] });

  test('a key that fails leaves a true record of the other; a new request does the rest', async () => {
    const run = await approved({ kind: 'strict' }, both);
    const { surroundings, issue, world } = run;
    const { setKeyStatus } = surroundings.aws;
    surroundings.aws.setKeyStatus = async (user, id, status) => {
      if (id === second.id) throw new Error('Throttling');
      await setKeyStatus.call(surroundings.aws, user, id, status);
    };
    const { finished, verified } = await finish(run);
    expect(finished).toMatchObject({ ended: 'failed', error: `${second.id}: Throttling` });
    expect(verified).toMatchObject({
      result: 'remains',
      keys: [
        { id: keyId, outcome: 'deactivated' },
        { id: second.id, outcome: 'still active' },
      ],
      asPredicted: false,
    });
    expect(verified?.differences[0]).toBe('the run ended with errors');

    surroundings.aws.setKeyStatus = setKeyStatus;
    const again = await requestOf(world, issue, { kind: 'strict' });
    expect(again.requested.data.plan).toMatchObject({ deactivates: [second.id] });
    await approveAll(world, issue, again, 'U1', 'U2');
    expect((await finish(run)).verified).toMatchObject({ result: 'resolved', asPredicted: true });
  });

  test('an error that is no Error', async () => {
    const run = await approved({ kind: 'strict' });
    run.surroundings.aws.setKeyStatus = () => Promise.reject('odd');
    expect((await finish(run)).finished?.error).toBe(`${keyId}: unknown error`);
  });

  test('a user or a key that is gone', async () => {
    const run = await approved({ kind: 'strict' });
    run.surroundings.aws.users.clear();
    expect((await finish(run)).finished).toMatchObject({ ended: 'not started' });

    const other = await approved({ kind: 'strict' });
    other.surroundings.aws.change(userId, { accessKeys: [] });
    const { finished, verified } = await finish(other);
    expect(finished).toEqual({ ended: 'success' });
    expect(verified).toMatchObject({ asPredicted: false, keys: [{ outcome: 'gone' }] });
  });

  test('a key that somebody made in between is news', async () => {
    const run = await approved({ kind: 'strict' });
    const { accessKeys } = userSnapshot();
    run.surroundings.aws.change(userId, {
      accessKeys: [...accessKeys, accessKey({ id: 'AKIANEW', createdAt: daysAgo(0) })],
    });
    const { verified } = await finish(run);
    expect(verified).toMatchObject({
      result: 'resolved',
      asPredicted: false,
      keys: [{ outcome: 'deactivated' }, { outcome: 'new' }],
    });
  });

  test('half done and then interrupted for an hour: the rest is not done any more', async () => {
    const run = await approved({ kind: 'strict' }, both);
    run.surroundings.aws.changeKey(userId, keyId, { status: 'Inactive' });
    run.surroundings.clock.advance(3_600_000);
    const { finished, verified } = await finish(run);
    expect(finished).toMatchObject({ ended: 'failed', error: expect.stringContaining(second.id) });
    expect(verified).toMatchObject({ keys: [{ outcome: 'deactivated' }, { outcome: 'still active' }] });
    expect(run.surroundings.aws.writes).toEqual([]);
  });
});

test('what another process finished without verifying is verified', async () => {
  const run = await approved({ kind: 'strict' });
  const { surroundings, world, issue, made } = run;
  surroundings.aws.changeKey(userId, keyId, { status: 'Inactive' });
  const { trail, subject } = surroundings.trailOf(1);
  if (trail.state === 'broken') throw new Error('the trail is broken');
  const finished = {
    type: 'finished' as const,
    actor: { kind: 'bot' as const, id: 'keyturn', name: 'Keyturn' },
    requestId: made.id,
    data: { ended: 'success' as const },
  };
  const addition = { events: [finished], readable: 'finished', now: world.clock.now() };
  await world.comments.append(1, nextComment(trail, subject, addition, world.trailKey).body);
  await settleDown(world, createWatch(world));
  expect(surroundings.trailOf(1).state.requests.get(made.id)?.status).toBe('verified');
  expect(await carryOut(world, issue)).toBeUndefined();
});

describe('recording', () => {
  test('a comment that GitHub shows late is waited for, not written again', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    surroundings.github.beforeAppend = () => {
      surroundings.github.lag = 4;
    };
    await requestOf(surroundings.boot(), issue, { kind: 'strict' });
    expect(surroundings.github.get(1).comments).toHaveLength(1);
  });

  test('a comment that never shows is an error, and nothing is done', async () => {
    const run = await approved({ kind: 'strict' });
    run.surroundings.github.swallows = true;
    await expect(carryOut(run.world, run.issue)).rejects.toMatchObject({ code: 'record-unconfirmed' });
    run.surroundings.github.swallows = false;
    expect((await finish(run)).verified?.result).toBe('resolved');
  });

  test('somebody else who is always faster is an error in the end', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, { kind: 'strict' });
    const { append } = surroundings.github;
    surroundings.github.append = async (number, body) => {
      const { trail, subject } = surroundings.trailOf(1);
      if (trail.state === 'broken') throw new Error('the trail is broken');
      const event = {
        type: 'reactivated' as const,
        actor: { kind: 'bot' as const, id: 'keyturn', name: 'Keyturn' },
        requestId: made.id,
        data: { keyIds: [keyId] },
      };
      const addition = { events: [event], readable: 'first', now: world.clock.now() };
      await append.call(
        surroundings.github,
        number,
        nextComment(trail, subject, addition, world.trailKey).body,
      );
      await append.call(surroundings.github, number, body);
    };
    await expect(approveAll(world, issue, made, 'U1')).rejects.toMatchObject({ code: 'record-unconfirmed' });
    expect(surroundings.trailOf(1).trail.state).toBe('intact');
  });

  test('a trail that breaks while it is written to is an error', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, { kind: 'strict' });
    surroundings.github.beforeAppend = () => {
      const [first] = surroundings.github.get(1).comments;
      if (first) surroundings.github.get(1).comments[0] = { ...first, body: `edited ${first.body}` };
    };
    await expect(approveAll(world, issue, made, 'U1')).rejects.toMatchObject({ code: 'trail-broken' });
  });

  test('an event that could not be read again is not written', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const requester = { kind: 'slack' as const, id: 'U9', name: 'x'.repeat(101) };
    await expect(
      requestOf(surroundings.boot(), issue, { kind: 'strict' }, { requester }),
    ).rejects.toMatchObject({
      code: 'event-invalid',
    });
    expect(surroundings.github.get(1).comments).toEqual([]);
  });
});

test('two processes that finish at once record one outcome', async () => {
  const run = await approved({ kind: 'strict' });
  const { surroundings, issue } = run;
  await Promise.all([carryOut(surroundings.boot(), issue), carryOut(surroundings.boot(1), issue)]);
  expect(surroundings.eventsOf(1).filter((type) => type === 'verified')).toHaveLength(1);
  expect(surroundings.trailOf(1).trail.strays).toMatchObject([{ why: 'superseded' }]);
});
