import { describe, expect, test } from '@jest/globals';
import { createDeliveries } from '../../bot/deliveries.ts';
import { createFindingIndex } from '../../bot/finding-index.ts';
import { createFreshCache } from '../../bot/fresh-cache.ts';
import { createReadiness } from '../../bot/health.ts';
import { requestIdOf } from '../../bot/request-id.ts';
import { isFromTheFuture } from '../../bot/server.ts';
import { createTasks } from '../../bot/tasks.ts';
import { keepWatch } from '../../bot/watching.ts';
import { KeyturnError } from '../../shared/errors.ts';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { userSnapshot } from '../fakes/user-snapshot.ts';

/** A clock that goes on by hand. */
function handClock() {
  let milliseconds = Date.parse('2026-06-15T12:00:00Z');
  return {
    now: () => new Date(milliseconds),
    goOn: (by: number) => {
      milliseconds += by;
    },
  };
}

describe('a short memory', () => {
  test('asks again when the answer is too old, and after a failure', async () => {
    const { now, goOn } = handClock();
    let asked = 0;
    const ask = createFreshCache(1_000, now, async (name: string) => {
      asked += 1;
      if (asked === 1) throw new Error('not now');
      return `${name} ${asked}`;
    });
    await expect(ask('a')).rejects.toThrow('not now');
    expect(await Promise.all([ask('a'), ask('a')])).toEqual(['a 2', 'a 2']);
    expect(await ask('b')).toBe('b 3');
    goOn(1_000);
    expect(await ask('a')).toBe('a 4');
  });

  test('a failure that comes late does not take away a newer answer', async () => {
    const { now, goOn } = handClock();
    const first = Promise.withResolvers<string>();
    const answers = [first.promise, Promise.resolve('new')];
    const ask = createFreshCache(1_000, now, () => answers.shift() ?? Promise.resolve('newest'));
    const late = ask('a');
    goOn(2_000);
    expect(await ask('a')).toBe('new');
    first.reject(new Error('late'));
    await expect(late).rejects.toThrow('late');
    expect(await ask('a')).toBe('new');
  });
});

test('a delivery is new once in ten minutes', () => {
  const { now, goOn } = handClock();
  const { isNew } = createDeliveries(now);
  expect([isNew('a'), isNew('a'), isNew('b')]).toEqual([true, false, true]);
  goOn(10 * 60_000 - 1);
  expect(isNew('a')).toBe(false);
  goOn(1);
  expect(isNew('a')).toBe(true);
});

test('a request id is a UUID of version 5, the same for the same delivery', () => {
  expect(requestIdOf('command 1')).toBe(requestIdOf('command 1'));
  expect(requestIdOf('command 1')).not.toBe(requestIdOf('command 2'));
  expect(requestIdOf('command 1')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test.each<[string | undefined, boolean]>([
  ['1781524800', false],
  ['1781524860', false],
  ['1781524861', true],
  ['Infinity', true],
  ['soon', false],
  [undefined, false],
])('the timestamp %s is from the future: %s', (timestamp, expected) => {
  expect(isFromTheFuture(timestamp, new Date(1_781_524_800_000))).toBe(expected);
});

test('draining waits for what is added meanwhile, and failures are told', async () => {
  const tasks = createTasks();
  const done: string[] = [];
  const told = (error: unknown) => done.push(String(error));
  tasks.run(async () => {
    await Promise.resolve();
    tasks.run(async () => {
      throw new Error('second');
    }, told);
    done.push('first');
  }, told);
  await tasks.drain();
  expect(done).toEqual(['first', 'Error: second']);
});

test('tasks begin one in each turn of the event loop, after what is under way', async () => {
  const tasks = createTasks();
  const done: string[] = [];
  const fail = (error: unknown) => done.push(String(error));
  for (const name of ['first', 'second']) {
    tasks.run(async () => {
      done.push(name);
      await Promise.resolve();
      done.push(`${name}, gone on`);
    }, fail);
  }
  done.push('acknowledged');
  await tasks.drain();
  expect(done).toEqual(['acknowledged', 'first', 'first, gone on', 'second', 'second, gone on']);
});

test('the watch ends with the round under way, however long it would have paused', async () => {
  let rounds = 0;
  const asleep = Promise.withResolvers<void>();
  const watching = keepWatch(
    {
      tick: async () => {
        rounds += 1;
        return 60_000;
      },
    },
    {
      sleep: () => {
        asleep.resolve();
        return new Promise(() => undefined);
      },
    },
  );
  await asleep.promise;
  await watching.stop();
  expect(rounds).toBe(1);
});

describe('readiness', () => {
  const never = () => new Promise<void>(() => undefined);

  test('names what does not answer by its code, and nothing else', async () => {
    const failed: string[] = [];
    const { now } = handClock();
    const readiness = createReadiness({
      checks: {
        fine: async () => undefined,
        known: async () => {
          throw new KeyturnError('aws-access-denied', 'iam:ListUsers for arn:aws:…');
        },
        unknown: () => Promise.reject(new TypeError('secret')),
        odd: () => Promise.reject('odd'),
      },
      now,
      sleep: never,
      isStopping: () => false,
      onFailure: (name) => failed.push(name),
    });
    expect(await readiness()).toEqual({
      ready: false,
      checks: { fine: 'ok', known: 'aws-access-denied', unknown: 'TypeError', odd: 'failed' },
    });
    await readiness();
    expect(failed).toEqual(['known', 'unknown', 'odd']);
  });

  test('what takes too long does not answer; who is stopping is not ready', async () => {
    const readiness = createReadiness({
      checks: { slow: never },
      now: handClock().now,
      sleep: async () => undefined,
      isStopping: () => true,
      onFailure: () => undefined,
    });
    expect(await readiness()).toEqual({
      ready: false,
      checks: { slow: 'no answer in time', process: 'stopping' },
    });
  });
});

describe('findings by name', () => {
  const closedAccount = '777788889999';
  const issue = (number: number, changes: Partial<TrailIssue> = {}): TrailIssue => ({
    number,
    url: `https://github.example/issues/${number}`,
    finding: { accountId: '111122223333', userId: `AIDA${number}` },
    userName: `user-${number}`,
    state: 'open',
    labels: ['keyturn'],
    comments: 0,
    ...changes,
  });

  function indexOf(...lists: TrailIssue[][]) {
    const { now, goOn } = handClock();
    const asked: Date[] = [];
    const issues = {
      listSince: async (since: Date) => {
        asked.push(since);
        return lists.shift() ?? [];
      },
    };
    const users = {
      readUser: async ({ userId, accountId }: { userId: string; accountId: string }) => {
        if (accountId === closedAccount) throw new KeyturnError('account-role-refused', 'Nobody gets in.');
        return userId === 'AIDA3' ? userSnapshot({ userName: 'nameless' }) : undefined;
      },
    };
    return { asked, goOn, index: createFindingIndex(issues, users, { now }) };
  }

  test('after the first list only what changed is read', async () => {
    const { asked, goOn, index } = indexOf([issue(2), issue(1)], [issue(2, { state: 'closed' })]);
    expect((await index.all()).map(({ number }) => number)).toEqual([1, 2]);
    goOn(600_000);
    expect((await index.all()).map(({ state }) => state)).toEqual(['open', 'closed']);
    expect(asked.map((since) => since.toISOString())).toEqual([
      '1970-01-01T00:00:00.000Z',
      '2026-06-15T11:58:00.000Z',
    ]);
  });

  test('by name without regard to case, by unique id, in one account; never those with a broken trail', async () => {
    const { index } = indexOf([
      issue(1),
      issue(2, { userName: 'USER-1', finding: { accountId: '999988887777', userId: 'AIDA2' } }),
      issue(4, { userName: 'user-1', labels: ['keyturn', 'keyturn:broken'] }),
    ]);
    const numbers = async (name: string, account?: string) =>
      (await index.named(name, account)).map(({ number }) => number);
    expect(await numbers('user-1')).toEqual([1, 2]);
    expect(await numbers('user-1', '999988887777')).toEqual([2]);
    expect(await numbers('AIDA2')).toEqual([2]);
    expect(await numbers('nobody')).toEqual([]);
  });

  test('an issue that remembers no name is found by asking IAM', async () => {
    const { index } = indexOf([issue(3, { userName: undefined }), issue(5, { userName: undefined })]);
    expect(await index.named('Nameless', undefined)).toMatchObject([{ number: 3, userName: 'nameless' }]);
  });

  test('an account that cannot be looked into hides nobody of another one', async () => {
    const closed = { userName: undefined, finding: { accountId: closedAccount, userId: 'AIDA2' } };
    const { index } = indexOf([issue(2, closed), issue(3, { userName: undefined })]);
    expect(await index.named('nameless', undefined)).toMatchObject([{ number: 3 }]);
    await expect(index.named('somebody', undefined)).rejects.toThrow('Nobody gets in.');
  });
});
