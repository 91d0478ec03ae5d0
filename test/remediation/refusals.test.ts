import { describe, expect, test } from '@jest/globals';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import { deny } from '../../shared/remediation/deny.ts';
import { request } from '../../shared/remediation/request.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, approveAs, person, requestInput, requestOf } from '../fakes/remediation/people.ts';
import { accessKey, daysAgo, userSnapshot } from '../fakes/user-snapshot.ts';

const keyId = accessKey().id;
const strict: Wish = { kind: 'strict' };
const exempt = (changes: Partial<Extract<Wish, { kind: 'exempt' }>> = {}): Wish => ({
  kind: 'exempt',
  keyIds: [keyId],
  until: daysAgo(-30),
  ...changes,
});

type Change = (surroundings: Surroundings) => void;

describe('a request is refused', () => {
  test.each<[string, Wish, Change, string]>([
    ['without an issue', strict, ({ github }) => github.all.clear(), 'issue-absent'],
    ['with two issues', strict, ({ github }) => github.open(github.get(1).issue.finding), 'issue-twice'],
    ['by a guest', strict, ({ slack }) => slack.guests.add('U9'), 'member-restricted'],
    [
      'by somebody whom the policy does not name',
      strict,
      ({ policy }) => policy.approvals.requesters.push('U0SOMEBODY'),
      'requester-not-allowed',
    ],
    [
      'when Slack cannot say who may request',
      strict,
      ({ policy }) => policy.approvals.requesters.push('S0UNKNOWN'),
      'members-unknown',
    ],
    ['when Slack cannot say who may approve', strict, ({ slack }) => slack.groups.clear(), 'members-unknown'],
    [
      'when too few may approve',
      strict,
      ({ slack }) => slack.groups.set('S0SECURITY', new Set()),
      'quorum-out-of-reach',
    ],
    ['when the user is gone', strict, ({ aws }) => aws.users.clear(), 'user-gone'],
    [
      'with an expired key, strict',
      strict,
      ({ aws }) => aws.changeKey('AIDAEXAMPLE0000000001', keyId, { status: 'Expired' }),
      'key-expired',
    ],
    [
      'with an expired key, runbook',
      { kind: 'runbook' },
      ({ aws }) => aws.changeKey('AIDAEXAMPLE0000000001', keyId, { status: 'Expired' }),
      'key-expired',
    ],
    [
      'with nothing over age',
      strict,
      ({ aws }) => aws.changeKey('AIDAEXAMPLE0000000001', keyId, { createdAt: daysAgo(1) }),
      'nothing-to-do',
    ],
    [
      'with age 0',
      { kind: 'runbook' },
      ({ aws }) => Object.assign(aws.rule, { maxAccessKeyAge: 0 }),
      'usage-age-zero',
    ],
    ['undo of nothing', { kind: 'undo' }, () => undefined, 'undo-impossible'],
    ['undo of an unknown request', { kind: 'undo', undoes: 'x' }, () => undefined, 'undo-impossible'],
    ['an exemption of no key', exempt({ keyIds: [] }), () => undefined, 'exemption-invalid'],
    [
      "an exemption of somebody else's key",
      exempt({ keyIds: ['AKIAOTHER'] }),
      () => undefined,
      'exemption-invalid',
    ],
    ['an exemption that is over', exempt({ until: daysAgo(1) }), () => undefined, 'exemption-invalid'],
    ['an exemption for ever', exempt({ until: daysAgo(-400) }), () => undefined, 'exemption-invalid'],
    [
      'an exemption until nonsense',
      exempt({ until: new Date('nonsense') }),
      () => undefined,
      'exemption-invalid',
    ],
  ])('%s', async (_, wish, change, code) => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    change(surroundings);
    const result = await request(surroundings.boot(), requestInput(issue, wish));
    expect(result).toMatchObject({ kind: 'refused', error: { code } });
    expect(surroundings.slack.cards.size).toBe(0);
  });

  test('an exemption without a reason', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const result = await request(surroundings.boot(), requestInput(issue, exempt(), { reason: ' ' }));
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'exemption-invalid' } });
  });

  test('while another one is open', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    await requestOf(surroundings.boot(), issue, strict);
    const result = await request(surroundings.boot(), requestInput(issue, { kind: 'runbook' }));
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'request-open' } });
  });

  test('when the clock is set back into the time of an earlier request, and its card is withdrawn', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    await requestOf(surroundings.boot(), issue, strict);
    surroundings.clock.advance(24 * 3_600_000);
    const { now, sleep, random } = surroundings.clock;
    let looks = 0;
    const clock = {
      sleep,
      random,
      // From its second look after the card was posted on, the clock is two hours behind.
      now: () => {
        const isBack = surroundings.slack.cards.size === 2 && ++looks > 1;
        return new Date(now.call(surroundings.clock).getTime() - (isBack ? 2 * 3_600_000 : 0));
      },
    };
    surroundings.github.clock = clock;
    const result = await request({ ...surroundings.boot(), clock }, requestInput(issue, strict));
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'request-open' } });
    expect(surroundings.slack.get('1001.000100').shown).toEqual(['withdrawn']);
  });
});

describe('the same command once more', () => {
  test('is the same request, and its buttons appear again', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const input = requestInput(issue, strict, { reason: 'x'.repeat(600) });
    const [first, second] = [
      await request(surroundings.boot(), input),
      await request(surroundings.boot(), input),
    ];
    expect(first).toMatchObject({ kind: 'requested', request: { id: input.requestId } });
    expect(second).toMatchObject({ kind: 'requested', request: { id: input.requestId } });
    expect(surroundings.slack.cards.size).toBe(1);
    expect(surroundings.eventsOf(1)).toEqual(['requested']);
  });
});

describe('an issue whose trail was broken', () => {
  test('does not stand beside the one that took its place', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    surroundings.github.change(1, { labels: ['keyturn', 'Keyturn:Broken'] });
    surroundings.github.open(issue.finding);
    expect(await request(surroundings.boot(), requestInput(issue, strict))).toMatchObject({
      kind: 'requested',
      issue: { number: 2 },
    });
  });
});

describe('an approval is refused', () => {
  async function setUp() {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    return { surroundings, issue, world, made: await requestOf(world, issue, strict) };
  }

  test.each([
    ['by a guest', 'UGUEST', 'member-restricted'],
    ['by the requester', 'U9', 'approval-own-request'],
    ['by somebody else', 'U8', 'approval-not-entitled'],
  ])('%s', async (_, who, code) => {
    const { issue, world, made } = await setUp();
    expect(await approveAs(world, issue, made, who)).toMatchObject({ kind: 'refused', error: { code } });
  });

  test('for the second time', async () => {
    const { issue, world, made } = await setUp();
    await approveAll(world, issue, made, 'U1');
    expect(await approveAs(world, issue, made, 'U1')).toMatchObject({ error: { code: 'approval-twice' } });
  });

  test('when Slack cannot say', async () => {
    const { issue, world, made, surroundings } = await setUp();
    surroundings.slack.groups.clear();
    expect(await approveAs(world, issue, made, 'U1')).toMatchObject({ error: { code: 'members-unknown' } });
  });

  test('of something else than what was requested', async () => {
    const { issue, world, made } = await setUp();
    const data = { ...made.requested.data, digest: 'f'.repeat(64) };
    const other = { ...made, requested: { ...made.requested, data } };
    expect(await approveAs(world, issue, other, 'U1')).toMatchObject({ error: { code: 'request-outdated' } });
  });

  test('of an unknown request', async () => {
    const { issue, world, made } = await setUp();
    const result = await approveAs(world, issue, { ...made, id: 'x' }, 'U1');
    expect(result).toMatchObject({ error: { code: 'request-unknown' } });
  });

  test('while two issues are about the user', async () => {
    const { issue, world, made, surroundings } = await setUp();
    surroundings.github.open(issue.finding);
    expect(await approveAs(world, issue, made, 'U1')).toMatchObject({ error: { code: 'issue-twice' } });
  });

  test.each<[string, Change]>([
    ['has expired', ({ clock }) => clock.advance(25 * 3_600_000)],
    ['was denied', () => undefined],
  ])('of a request that %s', async (words, change) => {
    const { issue, world, made, surroundings } = await setUp();
    change(surroundings);
    if (words === 'was denied') {
      await deny(world, { issue: 1, requestId: made.id, denier: person('U9'), reason: 'mistake' });
    }
    const result = await approveAs(world, issue, made, 'U1');
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'request-over' } });
    expect(result.kind === 'refused' && result.error.fact).toContain(words);
  });
});

describe('a denial', () => {
  async function denyAs(who: string, change: Change = () => undefined, first: readonly string[] = []) {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, strict);
    await approveAll(world, issue, made, ...first);
    change(surroundings);
    const result = await deny(world, {
      issue: 1,
      requestId: made.id,
      denier: person(who),
      reason: 'no `way`',
    });
    return { surroundings, result, made };
  }

  test.each([
    ['an approver', 'U1'],
    ['the requester, who takes it back', 'U9'],
  ])('by %s holds, and the thread tells', async (_, who) => {
    const { surroundings, result, made } = await denyAs(who, () => undefined, ['U2']);
    expect(result).toMatchObject({ kind: 'denied', request: { status: 'denied' } });
    const card = surroundings.slack.get(made.requested.data.card.ts);
    expect(card.shown.at(-1)).toBe('denied');
    expect(card.notices.at(-1)?.readable).toContain('Denied');
    expect(surroundings.github.get(1).hints.pending).toBe(false);
  });

  test.each<[string, string, Change, string]>([
    ['by somebody else', 'U8', () => undefined, 'deny-not-entitled'],
    ['by a guest', 'UGUEST', () => undefined, 'member-restricted'],
    ['when Slack cannot say', 'U1', ({ slack }) => slack.groups.clear(), 'members-unknown'],
    ['too late', 'U1', ({ clock }) => clock.advance(25 * 3_600_000), 'request-over'],
    [
      'that is sealed too late',
      'U1',
      (surroundings) => {
        surroundings.clock.advance(24 * 3_600_000 - 1_000);
        surroundings.slack.readMembers = async () => {
          surroundings.clock.advance(2_000);
          return surroundings.slack.groups;
        };
      },
      'request-over',
    ],
  ])('%s is refused', async (_, who, change, code) => {
    const { result } = await denyAs(who, change);
    expect(result).toMatchObject({ kind: 'refused', error: { code } });
  });
});

describe('undo', () => {
  async function deactivated() {
    const surroundings = new Surroundings((text) => `${text}  undo: {approvers: [S0SECURITY]}\n`);
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, strict);
    await approveAll(world, issue, made, 'U1', 'U2');
    await createWatch(world).follow(issue);
    return { surroundings, issue, world, made };
  }

  test('takes back exactly what the named request did', async () => {
    const { world, issue, made, surroundings } = await deactivated();
    const undo = await requestOf(world, issue, { kind: 'undo', undoes: made.id });
    expect(undo.requested.data.plan).toMatchObject({ undoes: made.id, reactivates: [keyId] });
    await approveAll(world, issue, undo, 'U1');
    await createWatch(world).follow(issue);
    expect(surroundings.aws.writes.at(-1)).toBe(`${keyId}: Inactive → Active`);
    expect(surroundings.trailOf(1).state.lastOutcome?.data).toMatchObject({
      keys: [{ id: keyId, outcome: 'reactivated' }],
      result: 'remains',
      asPredicted: true,
    });
  });

  test.each<[string, Change]>([
    ['the key was deleted', ({ aws }) => aws.change(userSnapshot().userId, { accessKeys: [] })],
    [
      'the key is Active again',
      ({ aws }) => aws.changeKey(userSnapshot().userId, keyId, { status: 'Active' }),
    ],
  ])('is refused when %s', async (_, change) => {
    const { world, issue, surroundings } = await deactivated();
    change(surroundings);
    const result = await request(world, requestInput(issue, { kind: 'undo' }));
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'undo-impossible' } });
  });

  test('is refused the second time', async () => {
    const { world, issue, made } = await deactivated();
    await approveAll(world, issue, await requestOf(world, issue, { kind: 'undo' }), 'U1');
    await createWatch(world).follow(issue);
    const result = await request(world, requestInput(issue, { kind: 'undo', undoes: made.id }));
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'undo-impossible' } });
  });
});
