import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { overAgeKeys } from '../../shared/findings/finding.ts';
import { type IssueHold, isExempt, noHold } from '../../shared/findings/hold.ts';
import { readMarker } from '../../shared/findings/marker.ts';
import type { HoldReader, IssueLedger } from '../../shared/findings/ports.ts';
import type { ScanReport } from '../../shared/findings/report.ts';
import { scan } from '../../shared/findings/scan.ts';
import type { AccessKey } from '../../shared/keys/user-snapshot.ts';
import { hasLabel } from '../../shared/trail/labels.ts';
import { AwsWorld } from '../fakes/aws-world.ts';
import { findingSettings } from '../fakes/finding-data.ts';
import { InMemoryIssueLedger } from '../fakes/issue-ledger.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

const day = 24 * 60 * 60 * 1000;
const names = ['ada', 'bob', 'cat'] as const;

/** One thing that happens in the account or on GitHub. `who` and `which` choose among what there is. */
const event = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('daysPass' as const), days: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom('addKey', 'deactivateKey', 'reactivateKey', 'deleteKey', 'useKey' as const),
      who: fc.constantFrom(...names),
      which: fc.nat(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('deleteUser', 'recreateUser' as const),
      who: fc.constantFrom(...names),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('closeIssue', 'reopenIssue', 'copyIssue', 'exempt', 'breakTrail' as const),
      which: fc.nat(5),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('refreshReport', 'evaluate' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('scan' as const),
      fresh: fc.boolean(),
      unreadable: fc.option(fc.constantFrom(...names), { freq: 4 }),
    }),
  },
);
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

/** Three users, two of them findings, and everything that happens to them. */
class History {
  now = today;
  readonly aws = new AwsWorld(
    today,
    ...names.map((userName, index) =>
      userSnapshot({ userName, userId: `AIDA${index}`, accessKeys: [key(index, daysAgo(60 + index * 60))] }),
    ),
  );
  readonly ledger = new InMemoryIssueLedger();
  /** What the trails say, by issue number. */
  readonly trails = new Map<number, IssueHold>();
  private made = names.length;

  async happen(what: Event): Promise<void> {
    switch (what.type) {
      case 'daysPass':
        this.now = new Date(this.now.getTime() + what.days * day);
        return;
      case 'closeIssue':
      case 'reopenIssue':
        return this.byHand(what.which, what.type === 'closeIssue' ? 'closed' : 'open');
      case 'copyIssue':
        return this.copyByHand(what.which);
      case 'exempt':
      case 'breakTrail':
        return this.record(what.which, what.type);
      case 'refreshReport':
        return this.aws.refreshReport();
      case 'evaluate':
        return this.aws.evaluate(this.now);
      case 'scan':
        return this.scanAndCheck(what.fresh, what.unreadable ?? undefined);
      case 'deleteUser':
      case 'recreateUser':
        return this.replaceUser(what.who, what.type === 'recreateUser');
      default:
        return this.changeKeys(what);
    }
  }

  scan(ledger: IssueLedger = this.ledger): Promise<ScanReport> {
    const { aws, trails } = this;
    const holds: HoldReader = {
      async readHolds(issues) {
        return new Map(issues.map(({ number }) => [number, trails.get(number) ?? noHold]));
      },
    };
    const ports = { compliance: aws, users: aws, issues: ledger, holds, progress: { step: () => {} } };
    aws.now = this.now;
    return scan(ports, findingSettings(), this.now);
  }

  /** Those that were given up do not count: whoever reopens one by hand may have it open. */
  openIssuesOf(userId: string): number {
    return [...this.ledger.issues.values()].filter(
      (issue) =>
        issue.state === 'open' &&
        readMarker(issue.body)?.userId === userId &&
        !hasLabel(issue, 'keyturn:broken'),
    ).length;
  }

  /** Whether every key over age is exempt on one of the user's issues. */
  isExcused(userId: string): boolean {
    const user = this.aws.users.get(userId);
    const keyIds = user ? overAgeKeys(user, 90, this.now).map(({ id }) => id) : [];
    return [...this.ledger.issues.values()]
      .filter(({ body }) => readMarker(body)?.userId === userId)
      .some(({ number }) => isExempt(this.trails.get(number) ?? noHold, keyIds, this.now));
  }

  /** Unique ids of everybody who ever had an issue or a key. */
  subjects(): Set<string> {
    const marked = [...this.ledger.issues.values()].flatMap(({ body }) => readMarker(body)?.userId ?? []);
    return new Set([...this.aws.users.keys(), ...marked]);
  }

  private async scanAndCheck(fresh: boolean, unreadable: string | undefined): Promise<void> {
    if (fresh) this.aws.refresh(this.now);
    const hidden = this.userNamed(unreadable)?.userId;
    if (hidden !== undefined) this.aws.unreadable.add(hidden);
    const before = this.states();
    const report = await this.scan();
    this.aws.unreadable.clear();
    if (report.complete) await this.checkComplete(report, before, fresh);
    else this.checkPartial(before);
  }

  private async checkComplete(
    { findings }: ScanReport,
    before: ReadonlyMap<number, string>,
    fresh: boolean,
  ): Promise<void> {
    this.checkLiveReads(before);
    const found = new Set(findings.map(({ finding }) => finding.user.userId));
    for (const userId of this.subjects()) {
      const live = this.aws.isOverAge(this.aws.users.get(userId), this.now);
      const open = this.openIssuesOf(userId);
      expect(open).toBeLessThanOrEqual(1);
      if (found.has(userId)) expect(open).toBeGreaterThanOrEqual(this.isExcused(userId) ? 0 : 1);
      else if (!live) expect(open).toBe(0);
      if (fresh) expect(found.has(userId)).toBe(live);
    }
    const writes = this.ledger.writes.length;
    expect((await this.scan()).complete).toBe(true);
    expect(this.ledger.writes.slice(writes)).toEqual([]);
  }

  /** Whatever the report said: no subject is closed or reopened against what IAM says now. */
  private checkLiveReads(before: ReadonlyMap<number, string>): void {
    for (const [number, state] of before) {
      const issue = this.ledger.get(number);
      const userId = readMarker(issue.body)?.userId ?? '';
      if (this.trails.get(number)?.broken !== undefined) continue;
      const live = this.aws.isOverAge(this.aws.users.get(userId), this.now);
      if (state === 'closed' && issue.state === 'open') expect(live).toBe(true);
      if (state === 'open' && this.openIssuesOf(userId) === 0 && this.isKept(number))
        expect(live).toBe(false);
    }
  }

  /** Whether the issue is the one that stands for its subject: the one with the lowest number whose trail is whole. */
  private isKept(number: number): boolean {
    const subject = readMarker(this.ledger.get(number).body)?.userId;
    return [...this.ledger.issues.values()].every(
      (other) =>
        other.number >= number ||
        readMarker(other.body)?.userId !== subject ||
        this.trails.get(other.number)?.broken !== undefined,
    );
  }

  /** Nothing that was open is closed. */
  private checkPartial(before: ReadonlyMap<number, string>): void {
    for (const [number, state] of before) {
      if (state === 'open') expect(this.ledger.get(number).state).toBe('open');
    }
  }

  private states(): Map<number, string> {
    return new Map([...this.ledger.issues].map(([number, { state }]) => [number, state]));
  }

  private byHand(which: number, state: 'open' | 'closed'): void {
    const numbers = [...this.ledger.issues.keys()];
    const number = numbers[which % numbers.length];
    if (number !== undefined) this.ledger.byHand(number, { state });
  }

  private copyByHand(which: number): void {
    const issues = [...this.ledger.issues.values()];
    const copied = issues[which % issues.length];
    const number = issues.length + 1;
    if (copied) this.ledger.issues.set(number, { ...copied, number, state: 'open' });
  }

  /** What the bot, or a vandal, does on an issue. The bot sets the hint; the number of comments tells of both. */
  private record(which: number, type: 'exempt' | 'breakTrail'): void {
    const issues = [...this.ledger.issues.values()];
    const issue = issues[which % issues.length];
    if (issue === undefined) return;
    const keys = this.aws.users.get(readMarker(issue.body)?.userId ?? '')?.accessKeys ?? [];
    const until = new Date(this.now.getTime() + 30 * day);
    const exemptions = keys.map(({ id }) => ({ keyId: id, until, reason: 'A vendor' }));
    const broken = this.trails.get(issue.number)?.broken;
    if (type === 'breakTrail') this.trails.set(issue.number, { ...noHold, broken: 'It was edited.' });
    else if (broken === undefined) this.trails.set(issue.number, { ...noHold, exemptions });
    const labels = [...new Set([...issue.labels, 'keyturn:exempt'])];
    this.ledger.byHand(issue.number, { labels, comments: issue.comments + 1 });
  }

  private userNamed(name: string | undefined) {
    return [...this.aws.users.values()].find(({ userName }) => userName === name);
  }

  private replaceUser(userName: string, anew: boolean): void {
    const user = this.userNamed(userName);
    if (user) this.aws.users.delete(user.userId);
    if (!anew) return;
    this.made += 1;
    const accessKeys = [key(this.made, new Date(this.now.getTime() - 100 * day))];
    this.aws.put(userSnapshot({ userName, userId: `AIDA${this.made}`, accessKeys }));
  }

  private changeKeys({ type, who, which }: Extract<Event, { which: number; who: string }>): void {
    const user = this.userNamed(who);
    if (user === undefined) return;
    const keys = user.accessKeys;
    const chosen = keys[which];
    if (type === 'addKey') {
      this.made += 1;
      if (keys.length < 2) this.aws.put({ ...user, accessKeys: [...keys, key(this.made, this.now)] });
    } else if (type === 'deleteKey') {
      this.aws.put({ ...user, accessKeys: keys.filter((one) => one !== chosen) });
    } else if (chosen) {
      const changes = {
        deactivateKey: { status: 'Inactive' },
        reactivateKey: { status: 'Active' },
        useKey: { lastUsedAt: this.now, lastUsedService: 's3', lastUsedRegion: 'us-east-1' },
      } as const;
      this.aws.changeKey(user.userId, chosen.id, changes[type]);
    }
  }
}

function key(index: number, createdAt: Date): AccessKey {
  return accessKey({ id: `AKIA${index}`, createdAt });
}

test('after each complete scan the open issues are exactly the findings, and nothing is left to write', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40, size: 'max' }), async (events) => {
      const history = new History();
      for (const one of events) await history.happen(one);
      await history.happen({ type: 'scan', fresh: true, unreadable: null });
    }),
    { numRuns: 200 },
  );
});

test('two scans at once leave one open issue per finding, in whatever order their requests arrive', async () => {
  const before = fc.array(event, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(before, fc.scheduler(), async (events, scheduler) => {
      const history = new History();
      for (const one of events) await history.happen(one);
      history.aws.refresh(history.now);
      await scheduler.waitFor(
        Promise.all([
          history.scan(delayed(history.ledger, scheduler)),
          history.scan(delayed(history.ledger, scheduler)),
        ]),
      );
      for (const userId of history.subjects()) {
        const holds = history.aws.isOverAge(history.aws.users.get(userId), history.now);
        const open = history.openIssuesOf(userId);
        expect(open).toBeLessThanOrEqual(holds ? 1 : 0);
        if (!history.isExcused(userId)) expect(open).toBe(holds ? 1 : 0);
      }
    }),
    { numRuns: 200 },
  );
});

/** The ledger behind a network: requests and answers arrive in the scheduler's order. */
function delayed(ledger: IssueLedger, scheduler: fc.Scheduler): IssueLedger {
  async function travel<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    await scheduler.schedule(Promise.resolve(), 'request');
    const answer = await call();
    await scheduler.schedule(Promise.resolve(), 'answer');
    return answer;
  }
  return {
    listIssues: (since) => travel(() => ledger.listIssues(since)),
    openIssue: (issue) => travel(() => ledger.openIssue(issue)),
    readIssue: (number) => travel(() => ledger.readIssue(number)),
    changeIssue: (number, change) => travel(() => ledger.changeIssue(number, change)),
    comment: (number, body) => travel(() => ledger.comment(number, body)),
  };
}
