import { describe, expect, test } from '@jest/globals';
import { KeyturnError } from '../../shared/errors.ts';
import { usersAtOnce } from '../../shared/parallel.ts';
import type { World } from '../../shared/remediation/ports.ts';
import { createWatch, type Watch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, settleDown, startOf } from '../fakes/remediation/people.ts';
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

  test('a look at what changed asks nothing more of those that run', async () => {
    const { surroundings, world, watch } = await manyRunning(7);
    surroundings.aws.pageSize = 3;
    for (let minutes = 1; minutes <= 3; minutes += 1) {
      for (const number of surroundings.github.all.keys()) surroundings.github.change(number, {});
      await world.clock.sleep(minute);
      surroundings.aws.requests.length = 0;
      await watch.tick();
      expect(surroundings.aws.requests).toEqual(['listSince', 'listSince', 'listSince']);
    }
  });

  test('a start that could not be carried out yet waits for no other run of the same issue', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const issue = surroundings.github.get(1).issue;
    await watch.tick();
    await world.clock.sleep(31 * minute);
    const other = surroundings.boot(1);
    await createWatch(other).tick();
    surroundings.aws.changeKey('AIDA1', 'AKIA1', { status: 'Active' });
    await approveAll(other, issue, await requestOf(other, issue, { kind: 'strict' }), 'U1', 'U2');
    const { readUser } = surroundings.aws;
    surroundings.aws.listSince = () => Promise.reject(new Error('Throttling'));
    surroundings.aws.readUser = () => Promise.reject(new Error('IAM is down'));
    await watch.follow(issue, startOf(surroundings));
    surroundings.aws.readUser = readUser;
    await world.clock.sleep(minute);
    await watch.tick();
    expect(surroundings.aws.statusOf('AIDA1')).toEqual({ AKIA1: 'Inactive' });
  });

  test('what others record meanwhile is looked at when the run has ended', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const issue = surroundings.github.get(1).issue;
    await watch.tick();
    await world.clock.sleep(31 * minute);
    // Another process is faster, asks for another remediation and dies after its start.
    const other = surroundings.boot(1);
    await createWatch(other).tick();
    surroundings.aws.changeKey('AIDA1', 'AKIA1', { status: 'Active' });
    await approveAll(other, issue, await requestOf(other, issue, { kind: 'strict' }), 'U1', 'U2');
    // The list is away for longer than what changed is looked for again.
    const { listSince } = surroundings.aws;
    surroundings.aws.listSince = () => Promise.reject(new Error('Throttling'));
    for (let looks = 0; looks < 10; looks += 1) {
      await watch.tick();
      await world.clock.sleep(minute);
    }
    surroundings.aws.listSince = listSince;
    await settleDown(world, watch);
    expect(surroundings.aws.statusOf('AIDA1')).toEqual({ AKIA1: 'Inactive' });
    expect(surroundings.trailOf(1).state.open).toBeUndefined();
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

/** What the thread of the only request tells beside decisions. */
function toldBeside({ slack }: Surroundings, prefix: string): string[] {
  const { notices } = slack.get('1000.000100');
  return notices
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, readable }) => `${key}: ${readable}`);
}

describe('progress', () => {
  test('each status is told once, the last one with the outcome', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const { listSince } = surroundings.aws;
    for (const status of ['Pending', 'Pending', 'InProgress', 'InProgress']) {
      surroundings.aws.listSince = async (...args) => {
        const page = await listSince.apply(surroundings.aws, args);
        return { executions: page.executions.map((one) => ({ ...one, status })) };
      };
      await world.clock.sleep(await watch.tick());
    }
    surroundings.aws.listSince = listSince;
    await world.clock.sleep(31 * minute);
    await settleDown(world, watch);
    const id = '00000000-0000-4000-8000-000000000001';
    expect(toldBeside(surroundings, 'status-')).toEqual([
      `status-${id}-Pending: The automation execution is Pending.`,
      `status-${id}-InProgress: The automation execution is InProgress.`,
    ]);
  });

  test('the next process does not tell it again', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    await world.clock.sleep(2_000);
    await watch.tick();
    const next = createWatch(surroundings.boot());
    await next.tick();
    await next.tick();
    expect(toldBeside(surroundings, 'status-')).toHaveLength(1);
  });

  test('while Slack is away it is tried again, and holds nothing up', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const { notify } = surroundings.slack;
    surroundings.slack.notify = () => Promise.reject(new Error('Slack is down'));
    await watch.tick();
    surroundings.slack.notify = notify;
    await world.clock.sleep(await watch.tick());
    expect(toldBeside(surroundings, 'status-')).toHaveLength(1);
    expect(surroundings.failures).toEqual([expect.stringMatching(/^tell the status .*Slack is down$/)]);
  });
});

describe('trouble while something is in flight', () => {
  const throttled = new KeyturnError('aws-throttled', 'AWS was asked too often.');

  /** Lets the main loop turn for so many minutes. */
  async function turn(world: World, watch: Watch, minutes: number): Promise<void> {
    const end = world.clock.now().getTime() + minutes * minute;
    while (world.clock.now().getTime() < end) await world.clock.sleep(await watch.tick());
  }

  test('is told once when it lasts, and once when it is over; so is the next', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const { listSince } = surroundings.aws;
    for (const _ of [1, 2]) {
      surroundings.aws.listSince = () => Promise.reject(throttled);
      await turn(world, watch, 5);
      surroundings.aws.listSince = listSince;
      await turn(world, watch, 2);
    }
    const trouble = 'AWS was asked too often. What was approved is gone on with: it is tried again, until';
    expect(toldBeside(surroundings, 'trouble-')).toEqual([
      expect.stringContaining(`trouble-1: ${trouble}`),
      expect.stringContaining(`trouble-2: ${trouble}`),
    ]);
    expect(toldBeside(surroundings, 'recovered-')).toEqual([
      'recovered-1: The trouble is over: what was approved goes on.',
      'recovered-2: The trouble is over: what was approved goes on.',
    ]);
  });

  test('that is over within a minute is for the log', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const { listSince } = surroundings.aws;
    surroundings.aws.listSince = () => Promise.reject(throttled);
    await watch.tick();
    await world.clock.sleep(30_000);
    await watch.tick();
    surroundings.aws.listSince = listSince;
    await turn(world, watch, 2);
    expect(toldBeside(surroundings, 'trouble-')).toEqual([]);
    expect(surroundings.failures).toHaveLength(2);
  });

  test('when a run has ended: the outcome says that it is over', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    await world.clock.sleep(31 * minute);
    const { readUser } = surroundings.aws;
    surroundings.aws.readUser = () => Promise.reject(throttled);
    await turn(world, watch, 5);
    expect(toldBeside(surroundings, 'trouble-')).toHaveLength(1);
    surroundings.aws.readUser = readUser;
    await settleDown(world, watch);
    expect(toldBeside(surroundings, 'trouble-')).toHaveLength(1);
    expect(surroundings.trailOf(1).state.lastOutcome?.data.result).toBe('resolved');
  });

  test('is the same outage to the next process, which tells the end of it', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    const { listSince, findByTag } = surroundings.aws;
    surroundings.aws.listSince = () => Promise.reject(throttled);
    surroundings.aws.findByTag = () => Promise.reject(throttled);
    await turn(world, watch, 3);
    const next = createWatch(surroundings.boot());
    await turn(world, next, 3);
    expect(toldBeside(surroundings, 'trouble-')).toHaveLength(1);
    Object.assign(surroundings.aws, { listSince, findByTag });
    await turn(world, next, 3);
    expect(toldBeside(surroundings, 'recovered-')).toHaveLength(1);
  });

  test('that nobody foresaw is for the log alone', async () => {
    const { surroundings, world, watch } = await manyRunning(1);
    surroundings.aws.listSince = () => Promise.reject(new TypeError('x is undefined'));
    await turn(world, watch, 5);
    expect(toldBeside(surroundings, 'trouble-')).toEqual([]);
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

  test('what could not be shown is shown when Slack and GitHub answer again', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    let isDown = false;
    const unless = <Rest extends readonly unknown[]>(work: (...rest: Rest) => Promise<void>) => {
      const down = new KeyturnError('slack-unreachable', 'Nobody answers.');
      return (...rest: Rest) => (isDown ? Promise.reject(down) : work(...rest));
    };
    const { issues, conversation } = world;
    const troubled = {
      ...world,
      issues: Object.assign(Object.create(issues), {
        setHints: unless((...given: Parameters<typeof issues.setHints>) => issues.setHints(...given)),
      }),
      conversation: Object.assign(Object.create(conversation), {
        show: unless((...given: Parameters<typeof conversation.show>) => conversation.show(...given)),
      }),
    };
    const watch = createWatch(troubled);
    await requestOf(world, issue, { kind: 'strict' });
    isDown = true;
    await watch.tick();
    isDown = false;
    const { shown } = surroundings.slack.get('1000.000100');
    const before = shown.length;
    surroundings.clock.advance(15 * minute);
    await settleDown(troubled, watch);
    expect(shown.slice(before)).toEqual(['pending']);
    surroundings.clock.advance(24 * 60 * minute);
    isDown = true;
    await settleDown(troubled, watch);
    expect(shown.at(-1)).toBe('pending');
    isDown = false;
    surroundings.clock.advance(15 * minute);
    await settleDown(troubled, watch);
    expect(shown.at(-1)).toBe('expired');
    expect(surroundings.github.get(1).hints.pending).toBe(false);
  });

  test('a label that nothing stands for is taken off by whoever looks next', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    await requestOf(surroundings.boot(), issue, { kind: 'strict' });
    surroundings.github.change(1, { labels: ['keyturn', 'keyturn:pending'] });
    surroundings.clock.advance(49 * 60 * minute);
    expect(surroundings.github.get(1).hints.pending).toBe(true);
    const world = surroundings.boot();
    await settleDown(world, createWatch(world));
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
    const watch = createWatch(world);
    await settleDown(world, watch);
    // IAM may only be late: it is believed ten minutes after the key was seen to be Inactive.
    expect(surroundings.eventsOf(1)).not.toContain('reactivated');
    await world.clock.sleep(10 * minute);
    await settleDown(world, watch);
    await settleDown(world, createWatch(world));
    expect(surroundings.eventsOf(1).filter((type) => type === 'reactivated')).toHaveLength(1);
    expect(surroundings.trailOf(1).state.reactivated.has(keyId)).toBe(true);
    expect(surroundings.github.get(1).issue.state).toBe('open');
  });

  test('an old label and an old picture of IAM are no reactivation', async () => {
    const { surroundings, issue, world } = await deactivated();
    surroundings.github.change(1, { labels: ['keyturn', 'reactivated'] });
    surroundings.aws.staleReads = 3;
    await settleDown(world, createWatch(world));
    surroundings.aws.staleReads = 0;
    await world.clock.sleep(10 * minute);
    await settleDown(world, createWatch(world));
    expect(surroundings.eventsOf(1)).not.toContain('reactivated');
    const undo = await requestOf(world, issue, { kind: 'undo' });
    expect(undo.requested.data.plan).toMatchObject({ reactivates: [keyId] });
  });

  test('the label alone means nothing', async () => {
    const { surroundings, world } = await deactivated();
    surroundings.github.change(1, { labels: ['keyturn', 'reactivated'] });
    await settleDown(world, createWatch(world));
    await world.clock.sleep(10 * minute);
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

describe('a stop', () => {
  /** So many starts that a process left behind, and the process after it. */
  async function leftBehind(count: number) {
    const surroundings = new Surroundings((text) => `${text}limits: {keysDeactivatedPerDay: 1000}\n`);
    const world = surroundings.boot();
    for (let number = 1; number <= count; number += 1) {
      const user = userSnapshot({
        userId: `AIDA${number}`,
        accessKeys: [accessKey({ id: `AKIA${number}` })],
      });
      const issue = surroundings.addFinding(user);
      await approveAll(world, issue, await requestOf(world, issue, { kind: 'strict' }), 'U1', 'U2');
    }
    return { surroundings, world, watch: createWatch(world) };
  }

  test('in the first look finishes the issue under way and begins no other; the next process does', async () => {
    const { surroundings, world, watch } = await leftBehind(3);
    const stopping = new AbortController();
    const { setKeyStatus } = surroundings.aws;
    surroundings.aws.setKeyStatus = (...args) => {
      stopping.abort();
      return setKeyStatus.apply(surroundings.aws, args);
    };
    await watch.tick(stopping.signal);
    expect(surroundings.aws.writes).toEqual(['AKIA1: Active → Inactive']);
    expect(surroundings.eventsOf(1)).toContain('verified');
    await settleDown(world, createWatch(surroundings.boot()));
    expect(surroundings.aws.writes).toHaveLength(3);
  });

  test('begins nothing that is due, and looks at no run any more', async () => {
    const { surroundings, world, watch } = await manyRunning(usersAtOnce + 1);
    await watch.tick();
    await world.clock.sleep(31 * minute);
    surroundings.github.listSince = async () => [];
    surroundings.aws.requests.length = 0;
    await watch.tick(AbortSignal.abort());
    expect(surroundings.aws.requests).toEqual([]);
    const stopping = new AbortController();
    const { list } = surroundings.github;
    surroundings.github.list = (issue) => {
      stopping.abort();
      return list.call(surroundings.github, issue);
    };
    await watch.tick(stopping.signal);
    // Those that were begun are seen to their ends.
    const ended = Array.from({ length: usersAtOnce + 1 }, (_, index) =>
      surroundings.eventsOf(index + 1).includes('verified'),
    );
    expect(ended).toEqual([...Array(usersAtOnce).fill(true), false]);
  });

  test('leaves what is due to the next process', async () => {
    const { surroundings, world, watch } = await leftBehind(2);
    const { readUser } = surroundings.aws;
    surroundings.aws.readUser = () => Promise.reject(new Error('IAM is down'));
    await watch.tick();
    surroundings.aws.readUser = readUser;
    surroundings.github.listSince = async () => [];
    await world.clock.sleep(2 * minute);
    await watch.tick(AbortSignal.abort());
    expect(surroundings.aws.writes).toEqual([]);
    await watch.tick();
    expect(surroundings.aws.writes).toHaveLength(2);
  });
});
