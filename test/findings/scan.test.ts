import { describe, expect, test } from '@jest/globals';
import { KeyturnError } from '../../shared/errors.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import { countActions } from '../../shared/findings/report.ts';
import { type ScanPorts, scan } from '../../shared/findings/scan.ts';
import type { Evidence } from '../../shared/keys/evidence.ts';
import { writeBulkMarker } from '../../shared/trail/bulk-marker.ts';
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
    expect(log).toContain('Open an issue for bob in account 123456789012: #1');
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
      async readUsersLive(): Promise<never> {
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
    const silent = { readUsers: async () => new Map(), readUsersLive: aws.readUsersLive.bind(aws) };
    const report = await run(undefined, { users: silent });
    expect(report.complete).toBe(false);
    expect(report.unreadable).toHaveLength(2);
    expect(report.unreadable[0]?.reason).toBe('nothing was read about this user.');
  });
});

describe('what a marker remembers', () => {
  const forged = 'AKIAFORGED';
  /** Somebody writes another key id into the marker of #2, which is ada's. */
  function forge(ledger: InMemoryIssueLedger, change: object = {}) {
    const body = ledger.get(2).body.replace('"id":"AKIAEXAMPLE000000001"', `"id":"${forged}"`);
    expect(body).toContain(forged);
    ledger.byHand(2, { body, ...change });
  }
  /** A reader that believes the marker, as the real one does while the report has the remembered dates. */
  const believing = (aws: AwsWorld) => ({
    readUsersLive: aws.readUsersLive.bind(aws),
    async readUsers(...[rule, ids, remembered]: Parameters<AwsWorld['readUsers']>) {
      const read = await aws.readUsers(rule, ids, new Map());
      return new Map(
        [...read].map(([userId, evidence]): [string, Evidence] => {
          const [key] = remembered.get(userId)?.keys ?? [];
          if (evidence.kind !== 'user' || key === undefined) return [userId, evidence];
          const accessKeys = evidence.user.accessKeys.map((one) => ({ ...one, id: key.id }));
          return [userId, { ...evidence, source: 'memory', user: { ...evidence.user, accessKeys } }];
        }),
      );
    },
  });

  test('is asked of IAM again before it is written down', async () => {
    const { aws, ledger, log, run } = worldOf();
    await run();
    forge(ledger);
    const report = await run(undefined, { users: believing(aws) });
    expect(log).toContain('Asking IAM again for the keys of 1 user.');
    expect(ledger.get(2).body).not.toContain(forged);
    expect(JSON.stringify(report)).not.toContain(forged);
  });

  test.each(['closed', 'open'] as const)('is not written onto an issue that was %s', async (state) => {
    const { aws, ledger, run } = worldOf();
    await run();
    forge(ledger, { state });
    if (state === 'open') {
      rotate(aws);
      aws.refreshReport();
    }
    await run(undefined, { users: believing(aws) });
    expect(ledger.get(2).state).toBe(state === 'open' ? 'closed' : 'open');
    expect(ledger.get(2).body).not.toContain(forged);
  });

  test('does not count where an exemption hangs on it', async () => {
    const { aws, ledger, run } = worldOf();
    await run();
    ledger.byHand(2, { labels: ['keyturn', 'keyturn:exempt'] });
    const exemptions = [{ keyId: 'AKIAEXAMPLE000000001', until: daysAgo(-30), reason: 'A vendor' }];
    const holds = { readHolds: async () => new Map([[2, issueHold({ exemptions })]]) };
    await run(undefined, { holds });
    expect([...aws.remembered.keys()]).toEqual(['AIDABOB']);
  });

  test('counts as confirmed when the live read names the same keys', async () => {
    const { aws, ledger, run } = worldOf();
    await run();
    ledger.byHand(2, { state: 'closed', comments: 1 });
    const holds = { readHolds: async () => new Map([[2, issueHold()]]) };
    await run(undefined, { holds });
    expect(ledger.get(2)).toMatchObject({ state: 'open', body: expect.stringContaining('"remembered"') });
    expect(aws.liveReads).toHaveLength(1);
  });
});

describe('an issue that lost its marker', () => {
  test('is named', async () => {
    const { ledger, run } = worldOf({});
    await run();
    ledger.byHand(1, { body: 'Somebody rewrote this.' });
    expect((await run()).warnings).toEqual([
      expect.stringContaining('#1 has the label keyturn but names no finding'),
    ]);
  });

  test('the issue of a bulk request has none, and is left alone, open or closed', async () => {
    const { ledger, run } = worldOf({});
    await run();
    const marker = writeBulkMarker({
      accountId: '123456789012',
      requestId: '22222222-2222-4222-8222-222222222222',
    });
    ledger.byHand(1, { body: `Who is in it\n\n${marker}` });
    const { number } = await ledger.openIssue({
      title: 'bulk',
      body: 'lost',
      labels: ['keyturn', 'keyturn:bulk'],
      assignees: [],
    });
    for (const state of ['open', 'closed'] as const) {
      ledger.byHand(1, { state });
      ledger.byHand(number, { state });
      const before = [ledger.get(1), ledger.get(number)];
      expect((await run()).warnings).toEqual([]);
      expect([ledger.get(1), ledger.get(number)]).toEqual(before);
    }
  });
});

describe('an issue that changes while the scan is at work', () => {
  test.each([
    ['labels', { labels: ['keyturn', 'keyturn:pending'] }],
    ['comments', { comments: 1 }],
    ['state', { state: 'closed' }],
    ['address', { url: 'https://github.com/octo/elsewhere/issues/7' }],
  ] as const)('in its %s is left to the next scan', async (_what, change) => {
    const { aws, ledger, log, run } = worldOf({});
    await run();
    aws.users.clear();
    ledger.beforeCall = (method) => {
      if (method === 'readIssue') ledger.byHand(1, change);
    };
    const report = await run();
    expect(report).toMatchObject({ complete: true, actions: [], failures: [] });
    expect(ledger.comments).toEqual([]);
    expect(log).toContain('Close #1: it has changed meanwhile, left for the next run.');
  });

  test('is not told twice why it is closed, when the first closing failed', async () => {
    const { aws, ledger, run } = worldOf({});
    await run();
    aws.users.clear();
    ledger.beforeCall = (method) => {
      if (method === 'changeIssue') throw new Error('Validation failed.');
    };
    await run();
    await run();
    expect(ledger.comments).toHaveLength(1);
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
    expect(report.failures).toEqual([
      'Open an issue for bob in account 123456789012 failed: Issues are disabled.',
    ]);
    expect(log).toContain('Open an issue for bob in account 123456789012 failed.');
    expect(report.findings.map(({ issue }) => issue?.number)).toEqual([undefined, 1]);
  });

  test.each([
    ['github-rate-limit', 'Old.', ['Update #9 is left for the next run: a rate limit is used up.']],
    ['github-labels-dropped', expect.stringContaining('bob'), []],
  ] as const)('with %s ends all openings', async (code, text, left) => {
    const cat = userSnapshot({ userId: 'AIDACAT', userName: 'cat' });
    const { ledger, run } = worldOf(ada, bob, cat);
    ledger.issues.set(9, issueRecord({ number: 9, body: `Old.\n\n${writeMarker(bob)}` }));
    let calls = 0;
    ledger.beforeCall = (method) => {
      if (method !== 'openIssue') return;
      calls += 1;
      throw new KeyturnError(code, 'GitHub would not open an issue.');
    };
    const report = await run();
    expect(calls).toBe(1);
    expect(report.failures.slice(1)).toEqual(left);
    expect(report.deferred.map(({ user }) => user.userName)).toEqual(['ada']);
    expect(ledger.get(9).body.split('\n')[0]).toEqual(text);
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
      ...(port === 'readUsers' && { users: { readUsers: fail, readUsersLive: aws.readUsersLive.bind(aws) } }),
      ...(port === 'listIssues' && {
        issues: {
          listIssues: fail,
          openIssue: (issue) => ledger.openIssue(issue),
          readIssue: (number) => ledger.readIssue(number),
          changeIssue: (number, change) => ledger.changeIssue(number, change),
          comment: (number, body) => ledger.comment(number, body),
        },
      }),
    };
    await expect(run(undefined, more)).rejects.toThrow(`${port} failed`);
    expect(ledger.writes).toEqual([]);
  },
);
