import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IamUser } from '../../sandbox/aws/iam-user.ts';
import { World } from '../../sandbox/aws/world.ts';
import { type Stage, startStage } from '../../sandbox/stage.ts';
import { configCatchesUp, goodScan, openUsers, renewReport } from './catch-up.ts';

let stage: Stage;
let world: World;
let alice: IamUser;

beforeEach(async () => {
  world = new World();
  alice = world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(120) }] });
  world.addUser({ name: 'young', keys: [{ createdAt: world.daysAgo(30) }] });
  world.addRule({ maxAccessKeyAge: 90 });
  world.evaluateRule();
  stage = await startStage({ world });
});

afterEach(() => stage.close());

function deactivate(user: IamUser): void {
  for (const key of user.accessKeys) {
    key.status = 'Inactive';
    key.statusChangedAt = world.daysAgo(0);
  }
}

describe('a finding and its issue', () => {
  test('the first scan opens one issue, and tells what it did in every way', async () => {
    const run = await goodScan(stage);
    const [issue, ...others] = await stage.github.byHand.issues();

    expect(others).toEqual([]);
    expect(issue).toMatchObject({ number: 1, state: 'open', title: expect.stringContaining('alice') });
    expect(issue?.labels).toContain('keyturn');
    expect(issue?.body).toContain(alice.accessKeys[0]?.id);
    expect(run.outputs).toMatchObject({
      'non-compliant-count': '1',
      'issues-opened': '1',
      'issues-updated': '0',
      'issues-closed': '0',
    });
    expect(run.summary).toContain('alice');
    expect(JSON.parse(run.findings ?? '')).toMatchObject({ findings: [{ userName: 'alice' }] });
  });

  test('a rescan without news writes nothing and asks IAM for nobody', async () => {
    await goodScan(stage);
    stage.github.requests.clear();
    stage.aws.requests.clear();

    await goodScan(stage);

    expect(stage.github.requests.writes).toBe(0);
    expect(stage.aws.requests.counts()).not.toHaveProperty('ListAccessKeys');
  });

  test('a rotated key closes it, after a live read', async () => {
    await goodScan(stage);
    alice.accessKeys = [];
    world.addKey(alice, { createdAt: world.daysAgo(0) });
    configCatchesUp(stage);
    stage.aws.requests.clear();

    const run = await goodScan(stage);

    expect(run.outputs).toMatchObject({ 'issues-closed': '1' });
    expect(await openUsers(stage)).toEqual([]);
    expect(stage.aws.requests.counts()).toMatchObject({ GetUser: 1, ListAccessKeys: 1 });
  });

  test('closed by hand while it holds: reopened, after a live read', async () => {
    await goodScan(stage);
    await stage.github.byHand.closeIssue(1);
    stage.aws.requests.clear();

    await goodScan(stage);

    expect(await openUsers(stage)).toEqual(['alice']);
    expect(stage.aws.requests.counts()).toMatchObject({ ListAccessKeys: 1 });
  });

  test('a request that is made while the scan is at work keeps it open', async () => {
    await goodScan(stage);
    alice.accessKeys = [];
    renewReport(stage);
    stage.aws.faults.latencyMs = 300;
    const labels = ['keyturn', 'access-key', 'keyturn:pending'];
    const edits: Promise<void>[] = [];

    const run = await stage.scan({
      onLine: (line) => {
        // Said after the issues were listed.
        if (line.includes('NON_COMPLIANT')) edits.push(stage.github.byHand.editIssue(1, { labels }));
      },
    });

    await Promise.all(edits);
    expect(edits).toHaveLength(1);
    expect(run.outputs).toMatchObject({ 'issues-closed': '0' });
    expect(await openUsers(stage)).toEqual(['alice']);
  });

  test('gone from GitHub, as one that was deleted or transferred, while the finding holds: a new one is opened', async () => {
    await goodScan(stage);
    const route = 'GET /repos/{owner}/{repo}/issues';
    stage.github.faults.add({ route, hideNewest: 1, times: 2 });
    const run = await goodScan(stage);
    expect(run.outputs).toMatchObject({ 'issues-opened': '1' });
  });

  test('a finding that returns gets its old issue back', async () => {
    await goodScan(stage);
    deactivate(alice);
    configCatchesUp(stage);
    await goodScan(stage);
    expect(await openUsers(stage)).toEqual([]);
    for (const key of alice.accessKeys) key.status = 'Active';
    for (const key of alice.accessKeys) key.statusChangedAt = undefined;
    configCatchesUp(stage);

    await goodScan(stage);

    expect(await stage.github.byHand.issues()).toMatchObject([{ number: 1, state: 'open' }]);
  });

  test('deactivated while Config is stale: closed, and it stays closed', async () => {
    await goodScan(stage);
    deactivate(alice);
    renewReport(stage);
    await goodScan(stage);
    expect(await openUsers(stage)).toEqual([]);

    const run = await goodScan(stage);

    expect(await openUsers(stage)).toEqual([]);
    expect(run.outputs).toMatchObject({ 'non-compliant-count': '1', 'issues-opened': '0' });
  });

  test('deactivated while Config and the report are stale: a live read decides', async () => {
    await goodScan(stage);
    deactivate(alice);
    await stage.github.byHand.closeIssue(1);

    await goodScan(stage);

    expect(await openUsers(stage)).toEqual([]);
  });
});

describe('users come and go', () => {
  test('a deleted user: closed', async () => {
    await goodScan(stage);
    world.deleteUser(alice);
    renewReport(stage);

    await goodScan(stage);

    expect(await openUsers(stage)).toEqual([]);
  });

  test('a new user with an old name is another subject with an issue of its own', async () => {
    await goodScan(stage);
    world.recreateUser(alice, {
      createdAt: world.daysAgo(100),
      keys: [{ createdAt: world.daysAgo(100) }],
    });
    configCatchesUp(stage);

    await goodScan(stage);

    expect(await stage.github.byHand.issues()).toMatchObject([
      { number: 1, state: 'closed' },
      { number: 2, state: 'open', title: expect.stringContaining('alice') },
    ]);
  });

  test('a renamed user keeps the issue', async () => {
    await goodScan(stage);
    world.renameUser(alice, 'alice.renamed');
    renewReport(stage);

    await goodScan(stage);

    expect(await openUsers(stage)).toEqual(['alice.renamed']);
    expect(await stage.github.byHand.issues()).toHaveLength(1);
  });
});

describe('two scans at once', () => {
  test('leave one open issue', async () => {
    await Promise.all([goodScan(stage), goodScan(stage)]);
    expect(await openUsers(stage)).toEqual(['alice']);
    await goodScan(stage);
    expect(await openUsers(stage)).toEqual(['alice']);
  });
});

describe('dry run', () => {
  test('says what it would do and writes nothing', async () => {
    const run = await goodScan(stage, { inputs: { 'dry-run': 'true' } });

    expect(stage.github.requests.writes).toBe(0);
    expect(await stage.github.byHand.issues()).toEqual([]);
    expect(run.log).toContain('alice');
    expect(run.summary).toMatch(/dry run/i);
  });
});

describe('exit codes', () => {
  test('findings fail the job only when asked to', async () => {
    const run = await stage.scan({ inputs: { 'fail-on-findings': 'true' } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('1 user has an Active access key of more than 90 days');
    expect(await openUsers(stage)).toEqual(['alice']);
  });
});
