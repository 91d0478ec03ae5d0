import { beforeEach, describe, expect, test } from '@jest/globals';
import { KeyturnError } from '../../shared/errors.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import type { HoldReader, Organization, OrganizationSource } from '../../shared/findings/ports.ts';
import { scanOrganization } from '../../shared/findings/scan-organization.ts';
import type { Subject } from '../../shared/findings/subject.ts';
import { AwsWorld } from '../fakes/aws-world.ts';
import { findingSettings, issueHold, issueRecord } from '../fakes/finding-data.ts';
import { InMemoryIssueLedger } from '../fakes/issue-ledger.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

const [first, second] = ['111111111111', '222222222222'] as const;

/** Accounts in memory; some refuse. Remembers which were opened. */
class Accounts implements OrganizationSource {
  readonly worlds = new Map<string, AwsWorld>();
  readonly refusing = new Map<string, Error>();
  /** In whose place the aggregator shows nothing. */
  readonly hidden = new Set<string>();
  readonly unreadable = new Map<string, KeyturnError>();
  readonly opened: string[] = [];
  readonly withoutRule: string[] = [];
  tracked: readonly Subject[] = [];

  add(accountId: string, ...users: Parameters<typeof userSnapshot>[0][]): AwsWorld {
    const people = users.map((changes) => userSnapshot({ accountId, ...changes }));
    const world = AwsWorld.inAccount(accountId, today, ...people);
    this.worlds.set(accountId, world);
    return world;
  }

  async readOrganization(tracked: readonly Subject[]): Promise<Organization> {
    this.tracked = tracked;
    const counts = await Promise.all(
      [...this.worlds].map(async ([id, world]) => {
        const { nonCompliantUserIds } = await world.readCompliance();
        return [id, nonCompliantUserIds.length] as const;
      }),
    );
    return {
      aggregator: 'org',
      ruleName: 'access-keys-rotated',
      region: 'us-east-1',
      accounts: new Set([...this.worlds.keys()].filter((id) => !this.hidden.has(id))),
      unreadable: this.unreadable,
      nonCompliant: new Map(counts.filter(([, count]) => count > 0)),
      withoutRule: this.withoutRule,
      account: (accountId) => {
        this.opened.push(accountId);
        const world = this.worlds.get(accountId);
        const refusal = this.refusing.get(accountId);
        if (refusal || !world) {
          throw refusal ?? new KeyturnError('account-role-refused', `No ${accountId}.`);
        }
        return { compliance: world, users: world };
      },
    };
  }
}

let accounts: Accounts;
let ledger: InMemoryIssueLedger;
let log: string[];

const ada = {
  userId: 'AIDAADA',
  userName: 'ada',
  accessKeys: [accessKey({ id: 'AKIAADA', createdAt: daysAgo(200) })],
};
const bob = {
  userId: 'AIDABOB',
  userName: 'bob',
  accessKeys: [accessKey({ id: 'AKIABOB', createdAt: daysAgo(500) })],
};

beforeEach(() => {
  accounts = new Accounts();
  ledger = new InMemoryIssueLedger();
  log = [];
});

function run(settings = findingSettings(), holds?: HoldReader) {
  const progress = { step: (message: string) => log.push(message) };
  const ports = { organization: accounts, issues: ledger, progress, ...(holds && { holds }) };
  accounts.opened.length = 0;
  return scanOrganization(ports, settings, today);
}

const rotate = (accountId: string, { userId, accessKeys }: typeof ada) => {
  const world = accounts.worlds.get(accountId);
  for (const { id } of accessKeys) world?.changeKey(userId, id, { status: 'Inactive' });
  world?.refresh(today);
};

describe('findings of several accounts', () => {
  beforeEach(() => {
    accounts.add(first, ada);
    accounts.add(second, bob, { ...ada, userId: 'AIDAOTHER' });
    accounts.add('333333333333', { accessKeys: [accessKey({ createdAt: daysAgo(1) })] });
  });

  test('are opened oldest first, under one limit, in accounts that have some', async () => {
    const report = await run(findingSettings({ maxNewIssues: 2 }));
    expect(ledger.writes).toEqual(['open #1', 'open #2']);
    expect(ledger.get(1).title).toContain(`bob in account ${second}`);
    expect(accounts.opened).toEqual([first, second]);
    expect(report).toMatchObject({
      scope: { kind: 'organization', aggregator: 'org', accounts: 3, withoutRule: [] },
      nonCompliant: 3,
      complete: true,
      unreadableAccounts: [],
    });
    expect(report.deferred).toHaveLength(1);
    expect(log).toContain('The aggregator org shows 3 accounts, 2 of them with NON_COMPLIANT users.');
    expect(log).toContain(`Account ${second}: Read 2 users from IAM's data.`);
  });

  test('without news cost no write, and the tracked users are read with the others', async () => {
    await run();
    const report = await run();
    expect(ledger.writes).toHaveLength(3);
    expect(report.findings.map(({ issue }) => issue?.number)).toEqual([1, 2, 3]);
    expect(accounts.tracked.map(({ userId }) => userId).toSorted()).toEqual([
      'AIDAADA',
      'AIDABOB',
      'AIDAOTHER',
    ]);
  });

  test('resolve by account: what one cannot show keeps open nothing of another', async () => {
    await run();
    rotate(first, ada);
    rotate(second, bob);
    accounts.worlds.get(second)?.unreadable.add('AIDAOTHER');
    const report = await run();
    expect(report).toMatchObject({
      complete: false,
      unreadable: [{ subject: { accountId: second, userId: 'AIDAOTHER' } }],
    });
    expect(report.actions.map(({ kind, subject }) => [kind, subject.accountId])).toEqual([['close', first]]);
    expect(report.withheld).toHaveLength(1);
  });

  test('have warnings that name their account', async () => {
    Object.assign(accounts.worlds.get(first) ?? {}, { warnings: ['Something is odd.'] });
    expect((await run()).warnings).toEqual([`Account ${first}: Something is odd.`]);
  });
});

describe('an account that cannot be read', () => {
  beforeEach(async () => {
    accounts.add(first, ada);
    accounts.add(second, bob);
    await run();
    accounts.refusing.set(first, new KeyturnError('account-role-refused', `Account ${first} says no.`));
  });

  test('is reported with its remedy, and its issues stay as they are', async () => {
    rotate(first, ada);
    rotate(second, bob);
    const before = ledger.get(2);
    const report = await run();
    expect(ledger.get(2)).toEqual(before);
    expect(ledger.get(1).state).toBe('closed');
    expect(report).toMatchObject({
      complete: false,
      unreadableAccounts: [
        {
          accountId: first,
          code: 'account-role-refused',
          reason: `Account ${first} says no.`,
          remedy: expect.stringContaining('infra/member.yaml'),
          nonCompliant: 0,
          openIssues: 1,
        },
      ],
    });
    expect(log).toContain(`Account ${first} says no.`);
  });

  test('counts with what the aggregator knows of it', async () => {
    expect(await run()).toMatchObject({ nonCompliant: 2, findings: [{}] });
  });

  test('is not asked when none of its issues is open', async () => {
    rotate(first, ada);
    ledger.byHand(2, { state: 'closed' });
    expect(await run()).toMatchObject({ complete: true });
    expect(accounts.opened).toEqual([second]);
  });

  test('does not hide a mistake of the program', async () => {
    accounts.refusing.set(first, new TypeError('oops'));
    await expect(run()).rejects.toThrow('oops');
  });
});

describe('an open issue in an account without findings', () => {
  const about = (accountId: string, labels: readonly string[] = []) =>
    issueRecord({
      number: 7,
      labels: ['keyturn', ...labels],
      body: `Old text.\n\n${writeMarker({ accountId, userId: 'AIDAADA' })}`,
    });

  test('is confirmed there, and closed', async () => {
    accounts.add(first, { ...ada, accessKeys: [] });
    ledger.issues.set(7, about(first));
    await run();
    expect(ledger.get(7).state).toBe('closed');
  });

  test.each([['keyturn:pending'], ['keyturn:broken']])(
    'is left without asking when it is %s',
    async (label) => {
      accounts.add(first, { ...ada, accessKeys: [] });
      ledger.issues.set(7, about(first, [label]));
      await run();
      expect(accounts.opened).toEqual([]);
      expect(ledger.writes).toEqual([]);
    },
  );

  test('stays open when nothing shows its account any more: a warning says so, and the scan does not fail', async () => {
    accounts.add(second, bob);
    ledger.issues.set(7, about(first));
    const report = await run();
    expect(report).toMatchObject({ complete: true, unreadableAccounts: [], findings: [{}] });
    expect(report.warnings).toEqual([
      `1 account seems to have left the organization: ${first} (#7). The aggregator org shows nothing of such an account, and its role does not let Keyturn in. The open issues stay as they are: close them, or bring the account back into the aggregator and deploy infra/member.yaml to it.`,
    ]);
    expect(ledger.get(7)).toEqual(about(first));
    ledger.byHand(7, { state: 'closed' });
    expect((await run()).warnings).toEqual([]);
  });

  test('is confirmed in an account that lets Keyturn in although the aggregator shows nothing of it', async () => {
    accounts.add(first, { ...ada, accessKeys: [] });
    accounts.hidden.add(first);
    ledger.issues.set(7, about(first));
    expect(await run()).toMatchObject({ complete: true, warnings: [] });
    expect(ledger.get(7).state).toBe('closed');
  });

  test('is no sign of having left when AWS refuses anything but the role', async () => {
    accounts.add(second, bob);
    accounts.refusing.set(first, new KeyturnError('aws-throttled', 'Rate exceeded.'));
    ledger.issues.set(7, about(first));
    expect(await run()).toMatchObject({
      complete: false,
      unreadableAccounts: [{ accountId: first, code: 'aws-throttled', openIssues: 1 }],
    });
  });
});

test('of many accounts that have left, twenty are named, with ten issues each', async () => {
  accounts.add(first, ada);
  const idOf = (n: number) => String(300_000_000_000 + n);
  for (let n = 0; n < 33; n += 1) {
    const accountId = idOf(n < 12 ? 0 : n);
    const body = writeMarker({ accountId, userId: `AIDA${n}` });
    ledger.issues.set(n + 1, issueRecord({ number: n + 1, body }));
  }
  const { warnings } = await run();
  expect(warnings).toEqual([
    expect.stringMatching(
      /^22 accounts seem .*: 300000000000 \(#1, .* #10 and 2 more\), .*\) and 2 more\. The aggr/,
    ),
  ]);
});

describe('an account of which the aggregator tells what cannot be read', () => {
  const disbelief = new KeyturnError('aws-answer-unexpected', 'A row is odd.');

  test('is reported without being asked, its issues stay as they are, and the others go on', async () => {
    accounts.add(first, ada);
    accounts.add(second, bob);
    await run();
    rotate(first, ada);
    rotate(second, bob);
    accounts.unreadable.set(first, disbelief);
    const report = await run();
    expect(accounts.opened).toEqual([second]);
    expect(report).toMatchObject({
      complete: false,
      unreadableAccounts: [
        { accountId: first, code: 'aws-answer-unexpected', reason: 'A row is odd.', openIssues: 1 },
      ],
    });
    expect(report.actions.map(({ kind, subject }) => [kind, subject.accountId])).toEqual([['close', second]]);
    expect(log).toContain(`Account ${first}: A row is odd.`);
  });

  test('is reported even when it has neither findings nor issues', async () => {
    accounts.add(first, { accessKeys: [] });
    accounts.unreadable.set(first, disbelief);
    expect(await run()).toMatchObject({ complete: false, unreadableAccounts: [{ nonCompliant: 0 }] });
  });
});

test('the trail of an issue that would be reopened is read, and decides', async () => {
  accounts.add(first, ada);
  accounts.add(second, bob);
  await run();
  for (const number of [1, 2]) ledger.byHand(number, { state: 'closed', comments: 1 });
  const exemptions = [{ keyId: 'AKIABOB', until: daysAgo(-9), reason: 'A vendor' }];
  const holds: HoldReader = { readHolds: async () => new Map([[1, issueHold({ exemptions })]]) };
  const report = await run(findingSettings(), holds);
  expect(report.actions.map(({ kind, issue }) => [kind, issue?.number])).toEqual([['reopen', 2]]);
  expect(ledger.get(1).state).toBe('closed');
});

test('two scans at once leave one issue for each finding of any account', async () => {
  accounts.add(first, ada);
  accounts.add(second, bob);
  await Promise.all([run(), run()]);
  const open = [...ledger.issues.values()].filter(({ state }) => state === 'open');
  expect(open).toHaveLength(2);
});

test('accounts without the rule are named, twenty of them', async () => {
  accounts.withoutRule.push(...Array.from({ length: 23 }, (_, n) => String(100_000_000_000 + n)));
  const { warnings, scope } = await run();
  expect(warnings).toEqual([
    expect.stringMatching(/^23 accounts with IAM users .* 100000000019 and 3 more\. Deploy/),
  ]);
  expect(scope).toMatchObject({ withoutRule: { length: 23 } });
});
