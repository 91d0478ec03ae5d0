import { expect, test } from '@jest/globals';
import { KeyturnError } from '../../shared/errors.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, settleDown, startOf } from '../fakes/remediation/people.ts';
import { userSnapshot } from '../fakes/user-snapshot.ts';

const locked = new KeyturnError(
  'github-permission-missing',
  'GitHub would not comment: the issue is locked.',
);
const deleted = new KeyturnError('github-not-found', 'GitHub would not read issue #1: it was deleted.');

test('a comment that GitHub refuses is looked for once, and the refusal is told', async () => {
  const surroundings = new Surroundings();
  const issue = surroundings.addFinding();
  surroundings.github.beforeAppend = () => {
    throw locked;
  };
  const asked = requestOf(surroundings.boot(), issue, { kind: 'strict' });
  await expect(asked).rejects.toBe(locked);
  expect(surroundings.clock.slept).toEqual([]);
});

test('an issue that is gone keeps nobody else waiting', async () => {
  const surroundings = new Surroundings();
  const { github, clock } = surroundings;
  const gone = surroundings.addFinding();
  const other = surroundings.addFinding(userSnapshot({ userId: 'AIDAEXAMPLE0000000002', userName: 'bea' }));
  const world = surroundings.boot();
  await requestOf(world, gone, { kind: 'strict' });
  clock.advance(60_000);
  const made = await requestOf(world, other, { kind: 'strict' });
  const watch = createWatch(world);
  await settleDown(world, watch);
  // Long enough for the lists to show neither of them again.
  clock.advance(600_000);
  await settleDown(world, watch);
  const read = github.read.bind(github);
  github.read = (number) => (number === gone.number ? Promise.reject(deleted) : read(number));
  // Both expire; the first one cannot be read any more.
  clock.advance(24 * 3_600_000);
  await settleDown(world, watch);
  expect(surroundings.slack.get(made.requested.data.card.ts).shown.at(-1)).toBe('expired');
  const failures = surroundings.failures.filter((failure) => failure.includes('it was deleted'));
  expect(failures).toHaveLength(1);
});

test('an issue that cannot be read for a moment is looked at again', async () => {
  const surroundings = new Surroundings();
  const { github, clock } = surroundings;
  const issue = surroundings.addFinding();
  const world = surroundings.boot();
  const made = await requestOf(world, issue, { kind: 'strict' });
  const watch = createWatch(world);
  await settleDown(world, watch);
  // Long enough for the lists to show neither of them again.
  clock.advance(600_000);
  await settleDown(world, watch);
  const read = github.read.bind(github);
  let failures = 1;
  github.read = (number) => {
    failures -= 1;
    return failures < 0 ? read(number) : Promise.reject(new Error('GitHub is down'));
  };
  clock.advance(24 * 3_600_000);
  await settleDown(world, watch);
  expect(surroundings.slack.get(made.requested.data.card.ts).shown.at(-1)).toBe('expired');
});

test('a start is gone on with though the marker was taken out of the issue', async () => {
  const surroundings = new Surroundings();
  const { github, aws } = surroundings;
  const issue = surroundings.addFinding();
  const world = surroundings.boot();
  await approveAll(world, issue, await requestOf(world, issue, { kind: 'strict' }), 'U1', 'U2');
  const { readUser } = aws;
  aws.readUser = () => Promise.reject(new Error('IAM is down'));
  const watch = createWatch(world);
  await watch.follow(issue, startOf(surroundings));
  aws.readUser = readUser;
  github.listSince = async () => [];
  const unmarked = new KeyturnError(
    'github-marker-missing',
    'The body of issue #1 names no finding any more.',
  );
  github.read = () => Promise.reject(unmarked);
  await settleDown(world, watch);
  expect(surroundings.eventsOf(1)).toContain('verified');
  expect(surroundings.failures.join()).not.toContain('names no finding');
});
