import { describe, expect, test } from '@jest/globals';
import { writeMarker } from '../../shared/findings/marker.ts';
import { countActions } from '../../shared/findings/report.ts';
import { type ScanPorts, scan } from '../../shared/findings/scan.ts';
import { AwsWorld } from '../fakes/aws-world.ts';
import { findingSettings, issueHold, issueRecord } from '../fakes/finding-data.ts';
import { InMemoryIssueLedger } from '../fakes/issue-ledger.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

const ada = userSnapshot();
const bob = userSnapshot({
  userId: 'AIDABOB',
  userName: 'bob',
  accessKeys: [accessKey({ id: 'AKIABOB', createdAt: daysAgo(500) })],
});

/** An account with ada and bob, both findings, and a repository without issues. */
function worldOf(...users: Parameters<typeof userSnapshot>[0][]) {
  const people = users.length === 0 ? [ada, bob] : users.map((changes) => userSnapshot(changes));
  const aws = new AwsWorld(today, ...people);
  const ledger = new InMemoryIssueLedger();
  const log: string[] = [];
  const ports: ScanPorts = {
    compliance: aws,
    users: aws,
    issues: ledger,
    progress: { step: (message) => log.push(message) },
  };
  const run = (settings = findingSettings(), more: Partial<ScanPorts> = {}) =>
    scan({ ...ports, ...more }, settings, today);
  return { aws, ledger, log, run };
}

const rotate = (aws: AwsWorld, { userId, accessKeys } = ada) => {
  for (const { id } of accessKeys) aws.changeKey(userId, id, { status: 'Inactive' });
};

describe('a first scan', () => {
  test('opens one issue per finding, oldest key first, and reports them', async () => {
    const { ledger, run, log } = worldOf();
    const report = await run();
    expect(ledger.writes).toEqual(['open #1', 'open #2']);
    expect(report).toMatchObject({
      complete: true,
      nonCompliant: 2,
      findings: [
        { finding: { user: { userName: 'bob' } }, issue: { number: 1, url: ledger.get(1).url } },
        { finding: { user: { userName: 'ada' } }, issue: { number: 2 } },
      ],
      actions: [{ kind: 'open', subject: { userId: 'AIDABOB' } }, { kind: 'open' }],
      failures: [],
      unreadable: [],
    });
    expect(countActions(report)).toEqual({ opened: 2, updated: 0, closed: 0 });
    expect(log).toContain('Open an issue for bob: #1');
  });

  test('leaves what is beyond max-new-issues to the next one', async () => {
    const { ledger, run } = worldOf();
    const settings = findingSettings({ maxNewIssues: 1 });
    const report = await run(settings);
    expect(report.deferred.map(({ user }) => user.userName)).toEqual(['ada']);
    expect(report.complete).toBe(true);
    expect(report.findings.at(1)).not.toHaveProperty('issue');
    expect((await run(settings)).deferred).toEqual([]);
    expect(ledger.writes).toEqual(['open #1', 'open #2']);
  });

  test('hands warnings on', async () => {
    const { aws, run } = worldOf();
    aws.warnings = ['The recorder has stopped.'];
    expect((await run()).warnings).toEqual(['The recorder has stopped.']);
  });
});

describe('the next scan', () => {
  test('without news writes nothing, reads nobody live and tells the reader what it knew', async () => {
    const { aws, ledger, run } = worldOf();
    await run();
    const report = await run();
    expect(ledger.writes).toHaveLength(2);
    expect(aws.liveReads).toEqual([]);
    expect([...aws.remembered.keys()]).toEqual(['AIDABOB', ada.userId]);
    expect(report.actions).toEqual([]);
    expect(report.findings.map(({ issue }) => issue?.number)).toEqual([1, 2]);
  });

  test('closes a resolved issue after a live read, with a comment', async () => {
    const { aws, ledger, log, run } = worldOf();
    await run();
    rotate(aws);
    aws.refresh(today);
    const report = await run();
    expect(log).toContain('Asking IAM live about 1 user.');
    expect(aws.liveReads).toEqual([{ userId: ada.userId, userName: 'ada' }]);
    expect(ledger.writes.slice(2)).toEqual(['comment #2', 'change #2: body, state, stateReason']);
    expect(ledger.get(2)).toMatchObject({ state: 'closed' });
    expect(report.findings).toHaveLength(1);
    expect(countActions(report)).toEqual({ opened: 0, updated: 0, closed: 1 });
  });

  test('does not count as a finding what the live read refutes', async () => {
    const { aws, ledger, run } = worldOf();
    await run();
    rotate(aws);
    ledger.byHand(2, { state: 'closed' });
    const report = await run();
    expect(report.nonCompliant).toBe(2);
    expect(report.findings.map(({ finding }) => finding.user.userName)).toEqual(['bob']);
    expect(ledger.get(2).state).toBe('closed');
  });

  test('reopens the same issue when the finding returns', async () => {
    const { aws, ledger, run } = worldOf();
    await run();
    rotate(aws);
    aws.refresh(today);
    await run();
    aws.changeKey(ada.userId, 'AKIAEXAMPLE000000001', { status: 'Active' });
    aws.refresh(today);
    const report = await run();
    expect(ledger.get(2).state).toBe('open');
    expect(ledger.issues.size).toBe(2);
    expect(countActions(report)).toEqual({ opened: 0, updated: 1, closed: 0 });
  });

  test('closes a duplicate and reports the issue that is kept', async () => {
    const { ledger, run } = worldOf({});
    ledger.issues.set(7, issueRecord({ number: 7 }));
    ledger.issues.set(9, issueRecord({ number: 9 }));
    const report = await run();
    expect(ledger.get(9).state).toBe('closed');
    expect(ledger.comments).toMatchObject([{ number: 9, body: expect.stringContaining('Duplicate of #7') }]);
    expect(report.findings).toMatchObject([{ issue: { number: 7 } }]);
    expect(report.actions).toMatchObject([{ kind: 'update' }, { kind: 'duplicate', kept: { number: 7 } }]);
  });

  test('leaves the issues of other accounts and of people alone', async () => {
    const { ledger, run } = worldOf({});
    const foreign = { body: writeMarker({ ...ada, accountId: '999999999999' }) };
    ledger.issues.set(1, issueRecord(foreign));
    ledger.issues.set(2, issueRecord({ number: 2, body: 'How do I use this?' }));
    await run();
    expect(ledger.writes).toEqual(['open #3']);
  });
});

describe('trails', () => {
  const hinted = { labels: ['keyturn', 'keyturn:pending'] };

  test('are read for hinted issues only, and believed', async () => {
    const { aws, ledger, run } = worldOf();
    await run();
    aws.users.clear();
    ledger.byHand(1, hinted);
    const asked: number[] = [];
    const holds = {
      async readHolds(issues: readonly { number: number }[]) {
        asked.push(...issues.map(({ number }) => number));
        return new Map([[1, issueHold({ pendingRequest: true })]]);
      },
    };
    await run(undefined, { holds });
    expect(asked).toEqual([1]);
    expect([ledger.get(1).state, ledger.get(2).state]).toEqual(['open', 'closed']);
    await run(undefined, { holds: { readHolds: async () => new Map([[1, issueHold()]]) } });
    expect(ledger.get(1).state).toBe('closed');
  });

  test('are not asked for when no issue has a hint', async () => {
    const { run } = worldOf();
    const holds = {
      async readHolds(): Promise<never> {
        throw new Error('There was no reason to ask.');
      },
    };
    expect((await run(undefined, { holds })).complete).toBe(true);
  });
});

describe('a scan that failed in part', () => {
  test('closes nothing, opens what it knows, and says what it could not see', async () => {
    const { aws, ledger, run } = worldOf();
    await run();
    rotate(aws);
    aws.put(userSnapshot({ userId: 'AIDACAT', userName: 'cat' }));
    aws.refresh(today);
    aws.unreadable.add(bob.userId);
    ledger.issues.set(8, issueRecord({ number: 8, body: writeMarker(bob) }));
    const report = await run();
    expect(ledger.writes.slice(2)).toEqual(['open #9']);
    expect(report).toMatchObject({
      complete: false,
      unreadable: [{ subject: { userId: 'AIDABOB' }, reason: 'Throttling: Rate exceeded' }],
      withheld: [{ number: 8 }, { number: 2 }],
    });
    expect(report.findings.map(({ finding }) => finding.user.userName)).toEqual(['cat']);
  });

  test('is also one whose live read failed', async () => {
    const { aws, ledger, run } = worldOf();
    await run();
    ledger.byHand(1, { state: 'closed' });
    const refusing = {
      readUsers: aws.readUsers.bind(aws),
      async readUserLive(): Promise<never> {
        throw new Error('The connection was cut.');
      },
    };
    const report = await run(undefined, { users: refusing });
    expect(ledger.get(1).state).toBe('closed');
    expect(report).toMatchObject({
      complete: false,
      unreadable: [{ subject: { userId: 'AIDABOB' }, reason: 'The connection was cut.' }],
    });
    expect(report.findings).toHaveLength(2);
  });

  test('is also one that was told nothing about a user', async () => {
    const { aws, run } = worldOf();
    const silent = { readUsers: async () => new Map(), readUserLive: aws.readUserLive.bind(aws) };
    const report = await run(undefined, { users: silent });
    expect(report.complete).toBe(false);
    expect(report.unreadable).toHaveLength(2);
    expect(report.unreadable[0]?.reason).toBe('nothing was read about this user.');
  });
});

describe('a write that fails', () => {
  test('is reported, and the others go on', async () => {
    const { ledger, log, run } = worldOf();
    let calls = 0;
    ledger.beforeCall = (method) => {
      calls += method === 'openIssue' ? 1 : 0;
      if (method === 'openIssue' && calls === 1) throw new Error('Issues are disabled.');
    };
    const report = await run();
    expect(ledger.writes).toEqual(['open #1']);
    expect(report.complete).toBe(false);
    expect(report.failures).toEqual(['Open an issue for bob failed: Issues are disabled.']);
    expect(log).toContain('Open an issue for bob failed.');
    expect(report.findings.map(({ issue }) => issue?.number)).toEqual([undefined, 1]);
  });

  test('keeps an issue open whose closing cannot be explained', async () => {
    const { aws, ledger, run } = worldOf({});
    await run();
    aws.users.clear();
    ledger.beforeCall = (method) => {
      if (method === 'comment') throw 'a text that was thrown';
    };
    expect((await run()).failures).toEqual(['Close #1 failed: a text that was thrown']);
    expect(ledger.get(1).state).toBe('open');
  });

  test('is also a look for duplicates that fails', async () => {
    const { ledger, run } = worldOf({});
    let lists = 0;
    ledger.beforeCall = (method) => {
      lists += method === 'listIssues' ? 1 : 0;
      if (lists === 2) throw new Error('GitHub is away.');
    };
    const report = await run();
    expect(report.failures).toEqual(['Looking for issues that another scan opened failed: GitHub is away.']);
    expect(report.findings).toMatchObject([{ issue: { number: 1 } }]);
  });
});

test.each(['listIssues', 'readCompliance', 'readUsers'] as const)(
  'a scan whose %s fails rejects and writes nothing',
  async (port) => {
    const { aws, ledger, run } = worldOf();
    const fail = async (): Promise<never> => {
      throw new Error(`${port} failed`);
    };
    const more: Partial<ScanPorts> = {
      ...(port === 'readCompliance' && { compliance: { readCompliance: fail } }),
      ...(port === 'readUsers' && { users: { readUsers: fail, readUserLive: aws.readUserLive.bind(aws) } }),
      ...(port === 'listIssues' && {
        issues: {
          listIssues: fail,
          openIssue: (issue) => ledger.openIssue(issue),
          changeIssue: (number, change) => ledger.changeIssue(number, change),
          comment: (number, body) => ledger.comment(number, body),
        },
      }),
    };
    await expect(run(undefined, more)).rejects.toThrow(`${port} failed`);
    expect(ledger.writes).toEqual([]);
  },
);
