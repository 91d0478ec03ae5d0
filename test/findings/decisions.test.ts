import { beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../../shared/findings/decide.ts';
import { holdOf, type IssueHold, type RemediatedKey } from '../../shared/findings/hold.ts';
import { readMarker, writeMarker } from '../../shared/findings/marker.ts';
import { plan } from '../../shared/findings/plan.ts';
import type { HoldReader, IssueRecord } from '../../shared/findings/ports.ts';
import { countActions, isExcused } from '../../shared/findings/report.ts';
import { scan } from '../../shared/findings/scan.ts';
import { AwsWorld } from '../fakes/aws-world.ts';
import {
  complianceOf,
  findingSettings,
  issueHold,
  issueRecord,
  reportEvidence,
  ruleSnapshot,
} from '../fakes/finding-data.ts';
import { InMemoryIssueLedger } from '../fakes/issue-ledger.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

const keyId = 'AKIAEXAMPLE000000001';
const ada = userSnapshot();
const remediated: readonly RemediatedKey[] = [
  { keyId, deactivatedAt: daysAgo(3), approvals: [{ name: 'b`ob', id: 'U0BOB', at: daysAgo(4) }] },
];
const exemptFor = (days: number, id = keyId) =>
  issueHold({ exemptions: [{ keyId: id, until: daysAgo(-days), reason: 'A vendor' }] });
const broken = issueHold({ broken: 'The text of comment 10 was changed after it was sealed.' });

/** Tells what it was given, and remembers whose trail was asked for. */
class Holds implements HoldReader {
  readonly asked: number[] = [];
  readonly known: Map<number, IssueHold>;

  constructor(known: Record<number, IssueHold>) {
    this.known = new Map(Object.entries(known).map(([number, hold]) => [Number(number), hold]));
  }

  async readHolds(issues: readonly IssueRecord[]): Promise<ReadonlyMap<number, IssueHold>> {
    this.asked.push(...issues.map(({ number }) => number));
    return new Map([...this.known].filter(([number]) => issues.some((issue) => issue.number === number)));
  }
}

let aws: AwsWorld;
let ledger: InMemoryIssueLedger;

beforeEach(async () => {
  aws = new AwsWorld(today, ada);
  ledger = new InMemoryIssueLedger();
  await scanWith();
});

function scanWith(holds?: HoldReader, settings = findingSettings()) {
  const ports = { compliance: aws, users: aws, issues: ledger, progress: { step: () => {} } };
  return scan({ ...ports, ...(holds && { holds }) }, settings, today);
}

const writesOf = async (act: () => Promise<unknown>) => {
  const before = ledger.writes.length;
  await act();
  return ledger.writes.slice(before);
};
const lastComment = () => ledger.comments.at(-1)?.body;

describe('a key that was deactivated and is Active again', () => {
  test('reopens the issue, with a label, who approved and what usually does that', async () => {
    ledger.byHand(1, { state: 'closed', comments: 3 });
    const holds = new Holds({ 1: issueHold({ remediated }) });
    const writes = await writesOf(() => scanWith(holds));
    expect(holds.asked).toEqual([1]);
    expect(writes).toEqual(['comment #1', 'change #1: addLabels, state']);
    expect(ledger.get(1)).toMatchObject({ state: 'open', labels: ['keyturn', 'reactivated'] });
    expect(lastComment()).toMatch(/^Reopening: `AKIAEXAMPLE000000001` is Active again, read live from IAM/);
    expect(lastComment()).toContain(
      '- `AKIAEXAMPLE000000001` was deactivated on 2026-11-19; approved by `bˋob` (Slack `U0BOB`) on 2026-11-18\n',
    );
    expect(lastComment()).toContain('Terraform');
    expect(await writesOf(() => scanWith(holds))).toEqual([]);
  });

  test('is told once on an issue that is open', async () => {
    ledger.byHand(1, { labels: ['keyturn', 'keyturn:exempt'] });
    const holds = new Holds({ 1: issueHold({ remediated }) });
    expect(await writesOf(() => scanWith(holds))).toEqual(['comment #1', 'change #1: addLabels']);
    expect(lastComment()).toMatch(/^`AKIAEXAMPLE000000001` is Active again/);
    expect(await writesOf(() => scanWith(holds))).toEqual([]);
  });

  test('is not believed of a report that is older than the deactivation', async () => {
    ledger.byHand(1, { labels: ['keyturn', 'keyturn:exempt'] });
    aws.put({ ...ada, accessKeys: [accessKey({ status: 'Inactive' })] });
    const holds = new Holds({ 1: issueHold({ remediated }) });
    await scanWith(holds);
    expect(ledger.get(1).labels).not.toContain('reactivated');
    expect(ledger.get(1).state).toBe('closed');
  });

  test('is not told while a request is unfinished: that may be the undo', async () => {
    ledger.byHand(1, { state: 'closed', comments: 3 });
    await scanWith(new Holds({ 1: issueHold({ remediated, pendingRequest: true }) }));
    expect(lastComment()).toContain('is Active and older than 90 days');
    expect(ledger.get(1).labels).toEqual(['keyturn']);
  });

  test('is another one than a young or an unknown key', async () => {
    ledger.byHand(1, { state: 'closed', comments: 3 });
    const [key] = remediated;
    const other = key ? [{ ...key, keyId: 'AKIAOTHER' }] : [];
    await scanWith(new Holds({ 1: issueHold({ remediated: other }) }));
    expect(lastComment()).toContain('is Active and older than 90 days');
  });
});

describe('an exemption', () => {
  test('keeps a closed issue closed until its date, also when its label was removed', async () => {
    ledger.byHand(1, { state: 'closed', comments: 2 });
    const holds = new Holds({ 1: exemptFor(1) });
    expect(await writesOf(() => scanWith(holds))).toEqual([]);
    expect(holds.asked).toEqual([1]);
    await scanWith(new Holds({ 1: exemptFor(0) }));
    expect(ledger.get(1).state).toBe('open');
  });

  test('of another key excuses nobody', async () => {
    ledger.byHand(1, { state: 'closed', labels: ['keyturn', 'keyturn:exempt'] });
    await scanWith(new Holds({ 1: exemptFor(1, 'AKIAOTHER') }));
    expect(ledger.get(1).state).toBe('open');
  });

  test('is reported, in the body too', async () => {
    ledger.byHand(1, { labels: ['keyturn', 'keyturn:exempt'] });
    const report = await scanWith(new Holds({ 1: exemptFor(1) }));
    expect(report.findings).toMatchObject([{ exemptions: [{ keyId }], issue: { number: 1 } }]);
    expect(report.findings.map(isExcused)).toEqual([true]);
    expect(ledger.get(1).body).toContain('**Exempt until 2026-11-23**: `AKIAEXAMPLE000000001`');
  });
});

describe('a broken trail', () => {
  const hinted = { labels: ['keyturn', 'keyturn:pending'] };
  const open = () => [...ledger.issues.values()].filter(({ state }) => state === 'open');

  test('makes one new issue that links to the one it broke on, and no more on a rescan', async () => {
    ledger.byHand(1, hinted);
    const holds = new Holds({ 1: broken });
    const report = await scanWith(holds);
    expect(ledger.writes.slice(1)).toEqual([
      'open #2',
      'comment #1',
      'change #1: state, stateReason, addLabels',
    ]);
    expect(ledger.get(1)).toMatchObject({
      state: 'closed',
      labels: ['keyturn', 'keyturn:pending', 'keyturn:broken'],
    });
    expect(lastComment()).toContain('The text of comment 10 was changed after it was sealed.');
    expect(ledger.get(2).body).toContain('Takes the place of #1, whose trail is broken');
    expect(report.findings).toMatchObject([{ issue: { number: 2 } }]);
    expect(countActions(report)).toEqual({ opened: 1, updated: 0, closed: 1 });
    holds.asked.length = 0;
    expect(await writesOf(() => scanWith(holds))).toEqual([]);
    expect(holds.asked).toEqual([]);
  });

  test('of a closed issue that would be reopened does the same', async () => {
    ledger.byHand(1, { state: 'closed', comments: 4 });
    await scanWith(new Holds({ 1: broken }));
    expect(ledger.writes.slice(1)).toEqual(['open #2', 'comment #1', 'change #1: addLabels']);
    expect(open().map(({ number }) => number)).toEqual([2]);
  });

  test.each(['comment', 'changeIssue'] as const)(
    'is gone on with when the scan died before its %s',
    async (dies) => {
      ledger.byHand(1, { ...hinted, comments: 4 });
      const holds = new Holds({ 1: broken });
      ledger.beforeCall = (method) => {
        if (method === dies) throw new Error('Cut off.');
      };
      expect((await scanWith(holds)).complete).toBe(false);
      ledger.beforeCall = () => {};
      await scanWith(holds);
      expect(open().map(({ number }) => number)).toEqual([2]);
      expect(await writesOf(() => scanWith(holds))).toEqual([]);
    },
  );

  test('closes nothing in a scan that could not see everybody', async () => {
    ledger.byHand(1, hinted);
    aws.put(userSnapshot({ userId: 'AIDACAT', userName: 'cat' }));
    aws.refresh(today);
    aws.unreadable.add('AIDACAT');
    const report = await scanWith(new Holds({ 1: broken }));
    expect(report.withheld).toMatchObject([{ number: 1 }]);
    expect(ledger.get(1).state).toBe('open');
  });

  test('makes no issue for a user who has no finding any more', async () => {
    ledger.byHand(1, hinted);
    aws.users.clear();
    aws.refresh(today);
    await scanWith(new Holds({ 1: broken }));
    expect([...ledger.issues.values()].map(({ state }) => state)).toEqual(['closed']);
    expect(await writesOf(() => scanWith(new Holds({})))).toEqual([]);
  });
});

describe('of two issues about one user', () => {
  test('the trails are read, and the one with decisions is kept', async () => {
    ledger.byHand(1, { comments: 1 });
    ledger.issues.set(5, { ...ledger.get(1), number: 5, comments: 2 });
    ledger.issues.set(6, { ...ledger.get(1), number: 6, comments: 0 });
    const holds = new Holds({ 5: issueHold() });
    await scanWith(holds);
    expect(holds.asked).toEqual([1, 5]);
    expect([1, 5, 6].map((number) => ledger.get(number).state)).toEqual(['closed', 'open', 'closed']);
  });
});

describe('trails that could not be verified', () => {
  test('are named, and hints believed in the careful direction', async () => {
    ledger.byHand(1, { labels: ['keyturn', 'keyturn:pending'] });
    aws.users.clear();
    const report = await scanWith();
    expect(report.warnings).toEqual([expect.stringContaining('The trail of #1 could not be verified')]);
    expect(ledger.get(1).state).toBe('open');
    expect((await scanWith(new Holds({ 1: issueHold() }))).warnings).toEqual([]);
  });

  test('are named ten at most', async () => {
    const users = Array.from({ length: 11 }, (_, index) => ({ ...ada, userId: `AIDA${index}` }));
    for (const [index, user] of users.entries()) {
      const body = writeMarker(user);
      ledger.issues.set(
        index + 2,
        issueRecord({ number: index + 2, body, labels: ['keyturn', 'keyturn:exempt'] }),
      );
    }
    const [warning] = (await scanWith(new Holds({}))).warnings;
    expect(warning).toContain('#10, #11 and others could not be verified');
  });
});

test('a hold on an issue that nobody has read is its hint', () => {
  const hinted = issueRecord({ labels: ['keyturn', 'Keyturn:Pending'] });
  expect(holdOf(hinted, new Map())).toMatchObject({ pendingRequest: true, isSealed: false });
  expect(readMarker(ledger.get(1).body)?.userId).toBe(ada.userId);
});

test('a confirmation that was not answered decides nothing', () => {
  const settings = findingSettings();
  const compliance = complianceOf([ada.userId]);
  const evidence = new Map([[ada.userId, reportEvidence()]]);
  const issues = [issueRecord({ state: 'closed' })];
  const planned = plan({ compliance, evidence, issues, holds: new Map(), settings, now: today });
  const context = { rule: ruleSnapshot(), settings, now: today };
  expect(decide(planned, { compliance, evidence }, new Map(), context).actions).toMatchObject([
    { kind: 'nothing', reason: expect.stringContaining('nothing was read') },
  ]);
});
