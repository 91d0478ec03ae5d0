import { describe, expect, test } from '@jest/globals';
import type { Confirmation, Step } from '../../shared/findings/action.ts';
import { noHold } from '../../shared/findings/hold.ts';
import { limitOpenings } from '../../shared/findings/limit-openings.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import { type PlanInput, plan } from '../../shared/findings/plan.ts';
import type { IssueRecord } from '../../shared/findings/ports.ts';
import { settle } from '../../shared/findings/settle.ts';
import type { Evidence } from '../../shared/keys/evidence.ts';
import {
  complianceOf,
  findingSettings,
  issueHold,
  issueRecord,
  liveEvidence,
  rememberedUser,
  reportEvidence,
  ruleSnapshot,
} from '../fakes/finding-data.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

const ada = userSnapshot();
const adaRotated = userSnapshot({ accessKeys: [accessKey({ status: 'Inactive' })] });
const gone: Evidence = { kind: 'gone', accountId: ada.accountId, userId: ada.userId };
const unreadable: Evidence = { ...gone, kind: 'unreadable', reason: 'AccessDenied' };

/** A scan in which Config calls everybody of `evidence` NON_COMPLIANT. */
function inputOf(
  evidence: readonly Evidence[],
  issues: readonly IssueRecord[] = [],
  changes: Partial<PlanInput> = {},
): PlanInput {
  const byId = new Map(evidence.map((one) => [one.kind === 'user' ? one.user.userId : one.userId, one]));
  return {
    compliance: complianceOf([...byId.keys()]),
    evidence: byId,
    issues,
    holds: new Map(),
    settings: findingSettings(),
    now: today,
    ...changes,
  };
}

const stepsOf = (...input: Parameters<typeof inputOf>) => plan(inputOf(...input));
const kinds = (steps: readonly Step[]) => steps.map(({ kind }) => kind);

/** The issue as the Action itself would have written it on this evidence. */
function written(evidence: Evidence = reportEvidence(), changes: Partial<IssueRecord> = {}): IssueRecord {
  const [step] = stepsOf([evidence], [issueRecord(changes)]);
  const body = step?.kind === 'update' ? step.change.body : undefined;
  return issueRecord({ ...changes, ...(body !== undefined && { body }) });
}

function confirmationIn(steps: readonly Step[]): Confirmation {
  const found = steps.find((step) => step.kind === 'confirm');
  if (found === undefined) throw new Error(`Nothing to confirm in ${kinds(steps).join(', ')}.`);
  return found;
}

/** What comes out when IAM answers `live` to the one confirmation of the scan. */
function settled(live: Evidence, ...input: Parameters<typeof inputOf>) {
  const { settings, now } = inputOf(...input);
  return settle(confirmationIn(stepsOf(...input)), live, { rule: ruleSnapshot(), settings, now });
}

describe('a finding without an issue', () => {
  test('is opened with the configured labels and assignees', () => {
    const settings = findingSettings({ labels: ['access-key', 'Keyturn'], assignees: ['octocat'] });
    const [step, ...others] = stepsOf([reportEvidence()], [], { settings });
    expect(others).toEqual([]);
    expect(step).toMatchObject({
      kind: 'open',
      subject: { accountId: ada.accountId, userId: ada.userId },
      issue: {
        title: 'Old access key: IAM user ada in account 123456789012',
        labels: ['Keyturn', 'access-key'],
        assignees: ['octocat'],
      },
    });
  });

  test.each([
    ['IAM shows no Active key over age', reportEvidence(adaRotated)],
    ['the user is gone', gone],
    ['IAM would not say', unreadable],
  ])('is none when %s', (_, evidence) => {
    expect(kinds(stepsOf([evidence]))).toEqual(['nothing']);
  });

  test('is not opened for a user about whom nothing was read', () => {
    const input = inputOf([], [], { compliance: complianceOf([ada.userId]) });
    expect(plan(input)).toMatchObject([
      { kind: 'nothing', reason: expect.stringContaining('nothing was read') },
    ]);
  });

  test('is opened although another account, or an issue without a marker, seems to have it', () => {
    const foreign = issueRecord({ body: writeMarker({ ...ada, accountId: '999999999999' }) });
    const unmarked = issueRecord({ number: 2, body: `About ${ada.userId}` });
    expect(kinds(stepsOf([reportEvidence()], [foreign, unmarked]))).toEqual(['open']);
  });

  test('is opened for a new user who bears a deleted one’s name', () => {
    const successor = userSnapshot({ userId: 'AIDASUCCESSOR00000001' });
    const steps = stepsOf([reportEvidence(successor)], [written()]);
    expect(kinds(steps)).toEqual(['confirm', 'open']);
    expect(steps[1]?.subject.userId).toBe('AIDASUCCESSOR00000001');
  });
});

describe('max-new-issues', () => {
  const userWith = (name: string, ...ages: number[]) =>
    reportEvidence(
      userSnapshot({
        userId: `AIDA${name}`,
        userName: name,
        accessKeys: ages.map((days) => accessKey({ id: `AKIA${name}${days}`, createdAt: daysAgo(days) })),
      }),
    );
  const actionsOf = (...input: Parameters<typeof inputOf>) =>
    stepsOf(...input).filter((step) => step.kind !== 'confirm');
  const some = [userWith('b', 100), userWith('c', 95, 400), userWith('a', 100), userWith('d', 300, 5)];

  test('opens the oldest keys first and defers the rest', () => {
    const { actions, deferred } = limitOpenings(actionsOf(some), 2);
    expect(actions.map(({ subject }) => subject.userId)).toEqual(['AIDAc', 'AIDAd']);
    expect(deferred.map(({ user }) => user.userId)).toEqual(['AIDAa', 'AIDAb']);
  });

  test('does not hold for anything else', () => {
    const issues = [issueRecord({ body: writeMarker({ ...ada, userId: 'AIDAc' }) })];
    expect(kinds(limitOpenings(actionsOf(some, issues), 0).actions)).toEqual(['update']);
  });
});

describe('an open issue', () => {
  test('whose finding holds is left alone when its text is right', () => {
    expect(stepsOf([reportEvidence()], [written()])).toMatchObject([
      { kind: 'nothing', reason: 'Nothing has changed.', issue: { number: 1 } },
    ]);
    const fromAForm = written();
    const body = `${fromAForm.body.replaceAll('\n', '\r\n')}\r\n`;
    expect(kinds(stepsOf([reportEvidence()], [{ ...fromAForm, body }]))).toEqual(['nothing']);
  });

  test('is updated when the evidence has changed, title and labels untouched', () => {
    const used = userSnapshot({ accessKeys: [accessKey({ lastUsedAt: daysAgo(1) })] });
    const [step] = stepsOf([reportEvidence(used)], [written(undefined, { title: 'Renamed by hand' })]);
    expect(step).toMatchObject({ kind: 'update', change: { body: expect.stringContaining('2026-11-21') } });
    expect(step?.kind === 'update' && Object.keys(step.change)).toEqual(['body']);
  });

  test('gets missing labels and loses none', () => {
    const settings = findingSettings({ labels: ['access-key', 'security'] });
    const issue = written(undefined, { labels: ['keyturn', 'Access-Key', 'people', 'keyturn:exempt'] });
    expect(stepsOf([reportEvidence()], [issue], { settings })).toMatchObject([
      {
        kind: 'update',
        change: { addLabels: ['security'] },
      },
    ]);
  });

  test('gets a new title when the user was renamed', () => {
    const renamed = userSnapshot({ userName: 'grace' });
    expect(stepsOf([reportEvidence(renamed)], [written()])).toMatchObject([
      { kind: 'update', change: { title: 'Old access key: IAM user grace in account 123456789012' } },
    ]);
  });

  test('gets a new title when it names somebody else, also where nothing is remembered', () => {
    const title = 'Old access key: IAM user bob in account 123456789012 (asked the team)';
    const { remembered: _, ...evidence } = reportEvidence();
    const [step] = stepsOf([evidence], [issueRecord({ title })]);
    expect(step).toMatchObject({
      kind: 'update',
      change: { title: 'Old access key: IAM user ada in account 123456789012' },
    });
  });

  test('keeps what people added to a title that names the user', () => {
    const title = 'Waiting: Old access key: IAM user ada in account 123456789012';
    expect(kinds(stepsOf([reportEvidence()], [written(undefined, { title })]))).toEqual(['nothing']);
  });

  test('is left as it is when IAM would not say', () => {
    expect(stepsOf([unreadable], [written()])).toMatchObject([
      { kind: 'nothing', reason: 'IAM would not say: AccessDenied' },
    ]);
  });

  test('is confirmed before it is closed, whether Config still names the user or not', () => {
    const named = confirmationIn(stepsOf([reportEvidence(adaRotated)], [written()]));
    expect(named).toMatchObject({ userName: 'ada', issue: { number: 1 } });
    const unnamed = confirmationIn(stepsOf([], [written()]));
    expect(unnamed.userName).toBe('ada');
    expect(confirmationIn(stepsOf([gone], [issueRecord()])).userName).toBeUndefined();
  });

  test('is closed without another read when the evidence is live', () => {
    expect(kinds(stepsOf([liveEvidence(adaRotated)], [written()]))).toEqual(['close']);
  });

  test('is closed when IAM shows no Active key over age, and says that Config is behind', () => {
    const action = settled(liveEvidence(adaRotated), [reportEvidence(adaRotated)], [written()]);
    expect(action).toMatchObject({
      kind: 'close',
      comment: expect.stringContaining('AWS Config has not re-evaluated yet'),
      change: {
        state: 'closed',
        stateReason: 'completed',
        body: expect.stringContaining('AWS Config has not re-evaluated yet'),
      },
    });
  });

  test('is closed without a word about Config when Config knows', () => {
    const action = settled(liveEvidence(adaRotated), [], [written()]);
    expect(action).toMatchObject({ kind: 'close', comment: expect.not.stringContaining('AWS Config') });
  });

  test('is closed when the user is gone, its last text kept', () => {
    const action = settled(gone, [], [written()]);
    expect(action).toMatchObject({ kind: 'close', comment: expect.stringContaining(ada.userId) });
    expect(action.kind === 'close' && action.change).toEqual({ state: 'closed', stateReason: 'completed' });
    const labelled = settled(gone, [], [written()], { settings: findingSettings({ labels: ['security'] }) });
    expect(labelled).toMatchObject({ change: { addLabels: ['security'] } });
  });

  test('stays open when Config calls the user compliant and IAM shows an Active key over age', () => {
    const action = settled(liveEvidence(), [], [written()]);
    expect(action).toMatchObject({
      kind: 'update',
      change: { body: expect.stringContaining('it called the user COMPLIANT') },
    });
  });

  test('stays open when the report was behind and IAM shows an Active key over age', () => {
    const action = settled(liveEvidence(), [reportEvidence(adaRotated)], [written()]);
    expect(action).toMatchObject({ kind: 'nothing', reason: 'Nothing has changed.' });
  });

  test('stays as it is when the live read says nothing', () => {
    expect(settled(unreadable, [], [written()])).toMatchObject({ kind: 'nothing', issue: { number: 1 } });
  });
});

describe('an issue with an unfinished request', () => {
  const pending = [{ labels: ['keyturn', 'keyturn:pending'] }, {}] as const;
  const holds = new Map([[1, issueHold({ pendingRequest: true })]]);

  test.each(pending)('is not closed: %j', (changes) => {
    const some = Object.keys(changes).length > 0 ? {} : { holds };
    expect(kinds(stepsOf([], [written(undefined, changes)], some))).toEqual(['nothing']);
    expect(kinds(stepsOf([gone], [written(undefined, changes)], some))).toEqual(['nothing']);
    expect(kinds(stepsOf([liveEvidence(adaRotated)], [written(undefined, changes)], some))).toEqual([
      'update',
    ]);
  });

  test('is closed when the trail says that the request is finished', () => {
    const issue = written(undefined, { labels: ['keyturn', 'keyturn:pending'] });
    const finished = { holds: new Map([[1, issueHold()]]) };
    expect(kinds(stepsOf([], [issue], finished))).toEqual(['confirm']);
  });
});

describe('a closed issue', () => {
  const closed = (changes: Partial<IssueRecord> = {}) => ({
    ...written(),
    state: 'closed' as const,
    ...changes,
  });

  test('is reopened when the finding holds, after a live read', () => {
    const action = settled(liveEvidence(), [reportEvidence()], [closed()]);
    expect(action).toMatchObject({
      kind: 'reopen',
      comment: expect.stringContaining('`AKIAEXAMPLE000000001` (created 2026-01-01) is Active'),
      change: { state: 'open' },
    });
    expect(kinds(stepsOf([liveEvidence()], [closed()]))).toEqual(['reopen']);
  });

  test('stays closed while Config and the report are behind, and says so once', () => {
    const action = settled(liveEvidence(adaRotated), [reportEvidence()], [closed()]);
    expect(action).toMatchObject({
      kind: 'update',
      change: { body: expect.stringContaining('AWS Config has not re-evaluated yet') },
    });
    const body = action.kind === 'update' ? action.change.body : undefined;
    const told = closed(body === undefined ? {} : { body });
    expect(kinds(stepsOf([reportEvidence(adaRotated)], [told]))).toEqual(['nothing']);
    expect(settled(liveEvidence(adaRotated), [reportEvidence()], [told]).kind).toBe('nothing');
  });

  test.each([
    ['Config does not name the user', []],
    ['the user is gone', [gone]],
    ['IAM would not say', [unreadable]],
  ])('is left alone when %s', (_, evidence) => {
    expect(kinds(stepsOf(evidence, [closed()]))).toEqual(['nothing']);
  });

  test('stays closed as long as all keys over age are exempt', () => {
    const holdUntil = (until: Date, keyId = 'AKIAEXAMPLE000000001') => ({
      holds: new Map([[1, issueHold({ exemptions: [{ keyId, until, reason: 'A vendor' }] })]]),
    });
    expect(kinds(stepsOf([reportEvidence()], [closed()], holdUntil(daysAgo(-1))))).toEqual(['nothing']);
    expect(kinds(stepsOf([reportEvidence()], [closed()], holdUntil(today)))).toEqual(['confirm']);
    expect(kinds(stepsOf([reportEvidence()], [closed()], holdUntil(daysAgo(-1), 'AKIAOTHER')))).toEqual([
      'confirm',
    ]);
  });

  test('is reopened in spite of the hint that the keys are exempt', () => {
    expect(kinds(stepsOf([reportEvidence()], [closed({ labels: ['keyturn', 'keyturn:exempt'] })]))).toEqual([
      'confirm',
    ]);
  });
});

describe('an exemption', () => {
  test('is shown in the text while it is in force', () => {
    const exemption = { until: daysAgo(-10), keyId: 'AKIAEXAMPLE000000001', reason: 'A vendor' };
    const holds = new Map([[1, issueHold({ exemptions: [exemption] })]]);
    const [step] = stepsOf([reportEvidence()], [written()], { holds });
    expect(step).toMatchObject({
      kind: 'update',
      change: { body: expect.stringContaining('Exempt until 2026-12-02') },
    });
  });
});

describe('two issues about one user', () => {
  const first = written(undefined, { number: 4 });
  const second = written(undefined, { number: 9 });

  test('the lower number is kept, the other one closed as its duplicate', () => {
    const [step, duplicate, ...others] = stepsOf([reportEvidence()], [second, first]);
    expect(others).toEqual([]);
    expect(step).toMatchObject({ kind: 'nothing', issue: { number: 4 } });
    expect(duplicate).toMatchObject({
      kind: 'duplicate',
      issue: { number: 9 },
      kept: { number: 4 },
      comment: expect.stringMatching(/^Duplicate of #4/),
      change: { state: 'closed', stateReason: 'not_planned' },
    });
  });

  test('the one with sealed decisions is kept', () => {
    const holds = new Map([[9, issueHold()]]);
    expect(stepsOf([reportEvidence()], [first, second], { holds })).toMatchObject([
      { kind: 'nothing', issue: { number: 9 } },
      { kind: 'duplicate', issue: { number: 4 }, kept: { number: 9 } },
    ]);
  });

  test('a closed duplicate stays closed, one with an unfinished request open', () => {
    const closed = { ...second, state: 'closed' as const };
    expect(kinds(stepsOf([reportEvidence()], [first, closed]))).toEqual(['nothing']);
    const holds = new Map([[9, { ...noHold, pendingRequest: true }]]);
    expect(kinds(stepsOf([reportEvidence()], [first, second], { holds }))).toEqual(['nothing']);
  });

  test('a broken one is passed over, and the new issue links to it', () => {
    const broken = { ...first, labels: ['keyturn', 'keyturn:broken'] };
    expect(kinds(stepsOf([reportEvidence()], [broken, second]))).toEqual(['update']);
    const [opening] = stepsOf([reportEvidence()], [{ ...broken, state: 'closed' }]);
    expect(opening).toMatchObject({ kind: 'open', issue: { body: expect.stringContaining('place of #4') } });
    expect(kinds(stepsOf([], [broken]))).toEqual(['nothing']);
  });
});

test('the text of a reopened issue is the one that the next scan would write', () => {
  const live = liveEvidence(userSnapshot({ accessKeys: [accessKey({ lastUsedAt: daysAgo(0) })] }));
  const issue = { ...written(), state: 'closed' as const };
  const action = settled(live, [reportEvidence()], [issue]);
  expect(action.kind === 'reopen' && action.change).toEqual({ state: 'open' });
  expect(rememberedUser().userName).toBe('ada');
});

test('the runbook’s age can be another one than the rule’s', () => {
  const settings = findingSettings({ maxCredentialUsageAge: 30 });
  const [step] = stepsOf([reportEvidence()], [], { settings });
  expect(step).toMatchObject({
    issue: {
      body: expect.stringContaining('| Runbook: idle for 30 days or more | Strict: older than 90 days |'),
    },
  });
});
