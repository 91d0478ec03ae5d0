import { describe, expect, test } from '@jest/globals';
import { readableText } from '../../shared/trail/readable.ts';
import { bot, keyId, otherKeyId, plans, trailEvent } from '../fakes/trail.ts';

const keys = [
  { id: keyId, status: 'Active' as const },
  { id: otherKeyId, status: 'Active' as const },
];

describe('each event as people read it', () => {
  test.each([
    [
      'requested',
      trailEvent('requested'),
      '**Requested** (strict) for `ada` by `alice` (`U0ALICE`). Reason: `older than 90 days`',
    ],
    ['approved', trailEvent('approved'), '**Approved** by `bob` (`U0BOB`)'],
    ['denied', trailEvent('denied'), 'Reason: `still in use`'],
    ['denied by the bot', trailEvent('denied', { actor: bot }), '**Denied** by Keyturn'],
    ['voided', trailEvent('voided'), '- `a key was rotated`'],
    ['started', trailEvent('started'), '**Started** (strict)'],
    ['finished', trailEvent('finished'), '**Finished** (success)'],
    ['verified', trailEvent('verified'), `- \`${keyId}\`: deactivated\n`],
    ['exempted', trailEvent('exempted'), '**Exempted** until 2027-02-01 00:00 UTC'],
    ['reactivated', trailEvent('reactivated'), '**Reactivated by somebody else**'],
  ])('%s', (_name, event, expected) => {
    expect(readableText([event])).toContain(expected);
  });

  test('several are paragraphs', () => {
    expect(readableText([trailEvent('approved'), trailEvent('started')]).split('\n\n')).toHaveLength(2);
  });
});

describe('each plan', () => {
  test.each([
    ['runbook', plans.runbook, '- leaves the console password alone'],
    [
      'runbook with a password',
      { ...plans.runbook, deletesLoginProfile: true },
      'deletes the console password, which cannot be undone',
    ],
    [
      'runbook that leaves a key',
      { ...plans.runbook, keys, updates: [], deactivates: [] },
      `deactivates no key\n- leaves \`${keyId}\`, \`${otherKeyId}\` Active`,
    ],
    ['strict', { ...plans.strict, keys }, `used or not\n- leaves \`${otherKeyId}\` Active`],
    ['undo', plans.undo, `- reactivates \`${keyId}\``],
    ['exempt', plans.exempt, 'until 2027-02-01'],
  ])('%s', (_name, plan, expected) => {
    expect(readableText([trailEvent('requested', { data: { plan } })])).toContain(expected);
  });
});

test('all that AWS said is there', () => {
  const data = {
    ended: 'failed' as const,
    executionId: '11111111-2222-4333-8444-555555555555',
    automationStatus: 'TimedOut',
    error: 'too slow',
    output: '{"output": "…"}',
  };
  const text = readableText([trailEvent('finished', { data })]);
  for (const value of Object.values(data)) expect(text).toContain(value);
});

test('a surprise is loud', () => {
  const data = {
    asPredicted: false,
    result: 'remains' as const,
    keys: [{ id: keyId, outcome: 'still active' as const, why: 'used 3 h ago' }],
    differences: ['the key stayed Active'],
  };
  const text = readableText([trailEvent('verified', { data })]);
  expect(text).toContain('**Verified: remains**, NOT as predicted');
  expect(text).toContain('still active, `used 3 h ago`');
  expect(text).toContain('**difference**: `the key stayed Active`');
});

test('text from outside stays inert', () => {
  const reason = '`@everyone` <b>\n# x\u202e';
  expect(readableText([trailEvent('denied', { data: { reason } })])).toContain(
    'Reason: `ˋ@everyoneˋ <b> # x\uFFFD`',
  );
  expect(readableText([trailEvent('denied', { data: { reason: ' \n' } })])).toContain('Reason: (empty)');
});
