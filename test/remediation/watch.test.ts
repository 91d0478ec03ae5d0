import { describe, expect, test } from '@jest/globals';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { accessKey, daysAgo, userSnapshot } from '../fakes/user-snapshot.ts';

const { userId } = userSnapshot();
const keyId = accessKey().id;
const minute = 60_000;

/** Many users whose runbooks run at the same time. */
async function manyRunning(count: number) {
  const surroundings = new Surroundings((text) => `${text}limits: {keysDeactivatedPerDay: 1000}\n`);
  surroundings.aws.runTime = 30 * minute;
  const world = surroundings.boot();
  const watch = createWatch(world);
  for (let number = 1; number <= count; number += 1) {
    const user = userSnapshot({ userId: `AIDA${number}`, accessKeys: [accessKey({ id: `AKIA${number}` })] });
    const issue = surroundings.addFinding(user);
    await approveAll(world, issue, await requestOf(world, issue, { kind: 'runbook' }), 'U1');
    await watch.follow(issue);
  }
  return { surroundings, world, watch };
}

describe('polling', () => {
  test('many executions cost one request for each fifty', async () => {
    const { surroundings, world, watch } = await manyRunning(7);
    surroundings.aws.pageSize = 3;
    await world.clock.sleep(2 * minute);
    await watch.tick();
    surroundings.aws.requests.length = 0;
    await world.clock.sleep(2_000);
    await watch.tick();
    expect(surroundings.aws.requests).toEqual(['listSince', 'listSince', 'listSince']);
    await world.clock.sleep(40 * minute);
    await settleDown(world, watch);
    const results = [...surroundings.github.all.keys()].map(
      (issue) => surroundings.trailOf(issue).state.lastOutcome?.data.result,
    );
    expect(results).toEqual(Array(7).fill('resolved'));
  });

  test('starts go one a second, reads three a second', async () => {
    const { surroundings } = await manyRunning(3);
    expect(surroundings.clock.slept.filter((pause) => pause > 0 && pause <= 1_000).length).toBeGreaterThan(0);
    const starts = surroundings.aws.executions.map(({ endsAt }) => endsAt);
    const [first = 0, second = 0, third = 0] = starts;
    expect(second - first).toBeGreaterThanOrEqual(1_000);
    expect(third - second).toBeGreaterThanOrEqual(1_000);
  });

  test('a run that does not end is told once, watched more slowly, and still finished', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    await world.clock.sleep(16 * minute);
    const pause = await watch.tick();
    expect(pause).toBe(minute);
    await world.clock.sleep(pause);
    await watch.tick();
    const card = surroundings.slack.get('1000.000100');
    expect(card.notices.filter(({ key }) => key === 'still-running')).toHaveLength(1);
    await world.clock.sleep(15 * minute);
    await settleDown(world, watch);
    expect(surroundings.trailOf(1).state.lastOutcome?.data.result).toBe('resolved');
  });

  test('an execution that the list does not show is found by its tag after a while', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    surroundings.aws.pageSize = 0;
    surroundings.aws.listSince = async () => ({ executions: [] });
    await world.clock.sleep(2_000);
    surroundings.aws.requests.length = 0;
    await watch.tick();
    await world.clock.sleep(31 * minute);
    await settleDown(world, watch);
    expect(surroundings.trailOf(1).state.lastOutcome?.data.result).toBe('resolved');
    expect(surroundings.aws.executions).toHaveLength(1);
  });

  test('trouble in AWS is logged and tried again', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const { listSince } = surroundings.aws;
    await watch.tick();
    surroundings.aws.listSince = () => Promise.reject(new Error('Throttling'));
    await watch.tick();
    surroundings.aws.listSince = listSince;
    await world.clock.sleep(31 * minute);
    await settleDown(world, watch);
    expect(surroundings.failures.join('\n')).toMatch(
      /executions in 123456789012 us-east-1: Error: Throttling/,
    );
    expect(surroundings.trailOf(1).state.lastOutcome?.data.result).toBe('resolved');
  });

  test('trouble while an outcome is recorded is tried again', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const { readUser } = surroundings.aws;
    await world.clock.sleep(2_000);
    await watch.tick();
    await world.clock.sleep(31 * minute);
    surroundings.aws.readUser = () => Promise.reject(new Error('IAM is down'));
    await watch.tick();
    expect(surroundings.trailOf(1).state.open?.status).toBe('started');
    surroundings.aws.readUser = readUser;
    await settleDown(world, watch);
    expect(surroundings.trailOf(1).state.lastOutcome?.data.result).toBe('resolved');
  });
});

describe('what time and others do', () => {
  test('an expired request loses its buttons and its label without anybody asking', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const watch = createWatch(world);
    await requestOf(world, issue, { kind: 'strict' });
    await watch.tick();
    expect(surroundings.github.get(1).hints.pending).toBe(true);
    surroundings.clock.advance(24 * 60 * minute);
    await settleDown(world, watch);
    expect(surroundings.slack.get('1000.000100').shown.at(-1)).toBe('expired');
    expect(surroundings.github.get(1).hints.pending).toBe(false);
  });

  test('what ended more than a day ago is left alone', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    await requestOf(surroundings.boot(), issue, { kind: 'strict' });
    surroundings.clock.advance(49 * 60 * minute);
    const { shown } = surroundings.slack.get('1000.000100');
    const before = shown.length;
    const world = surroundings.boot();
    await settleDown(world, createWatch(world));
    expect(shown).toHaveLength(before);
  });

  async function deactivated() {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    await approveAll(world, issue, await requestOf(world, issue, { kind: 'strict' }), 'U1', 'U2');
    await createWatch(world).follow(issue);
    return { surroundings, issue, world };
  }

  test('a key that is Active again is recorded once, when the scan has noticed it', async () => {
    const { surroundings, world } = await deactivated();
    surroundings.aws.changeKey(userId, keyId, { status: 'Active' });
    surroundings.github.change(1, { state: 'open', labels: ['keyturn', 'reactivated'] });
    await settleDown(world, createWatch(world));
    await settleDown(world, createWatch(world));
    expect(surroundings.eventsOf(1).filter((type) => type === 'reactivated')).toHaveLength(1);
    expect(surroundings.trailOf(1).state.reactivated.has(keyId)).toBe(true);
    expect(surroundings.github.get(1).issue.state).toBe('open');
  });

  test('the label alone means nothing', async () => {
    const { surroundings, world } = await deactivated();
    surroundings.github.change(1, { labels: ['keyturn', 'reactivated'] });
    await settleDown(world, createWatch(world));
    surroundings.aws.users.clear();
    await settleDown(world, createWatch(world));
    expect(surroundings.eventsOf(1)).not.toContain('reactivated');
  });

  test('an issue that the bot could not close is closed later, unless the finding is back', async () => {
    for (const isBack of [false, true]) {
      const { surroundings, world } = await deactivated();
      surroundings.github.change(1, { state: 'open' });
      if (isBack) surroundings.aws.changeKey(userId, keyId, { status: 'Active' });
      await settleDown(world, createWatch(world));
      expect(surroundings.github.get(1).issue.state).toBe(isBack ? 'open' : 'closed');
    }
  });

  test('an undo that leaves no key over age resolves the finding too', async () => {
    const { surroundings, issue, world } = await deactivated();
    const undo = await requestOf(world, issue, { kind: 'undo' });
    await approveAll(world, issue, undo, 'U1', 'U2');
    surroundings.aws.rule = { ...surroundings.aws.rule, maxAccessKeyAge: 1_000 };
    surroundings.github.change(1, { state: 'open' });
    await createWatch(world).follow(surroundings.github.get(1).issue);
    expect(surroundings.github.get(1).issue.state).toBe('closed');
  });

  test('issues without comments, and GitHub being away', async () => {
    const surroundings = new Surroundings();
    surroundings.addFinding();
    const world = surroundings.boot();
    const watch = createWatch(world);
    const { listSince } = surroundings.github;
    surroundings.github.listSince = () => Promise.reject(new Error('GitHub is down'));
    expect(await watch.tick()).toBe(5_000);
    expect(surroundings.failures).toEqual(['look for changed issues: Error: GitHub is down']);
    surroundings.github.listSince = listSince;
    await settleDown(world, watch);
    expect(surroundings.failures).toHaveLength(1);
  });

  test('an exemption ends by itself', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, {
      kind: 'exempt',
      keyIds: [keyId, keyId],
      until: daysAgo(-2),
    });
    await approveAll(world, issue, made, 'U1', 'U2');
    expect(surroundings.github.get(1).hints.exempt).toBe(true);
    surroundings.clock.advance(3 * 24 * 60 * minute);
    expect(surroundings.trailOf(1).state.exemptions.size).toBe(0);
  });
});
