import { describe, expect, test } from '@jest/globals';
import { answer, errorAnswer, unexpectedAnswer } from '../../../bot/blocks/answer.ts';
import { help } from '../../../bot/blocks/help.ts';
import { answerModal, loadingModal } from '../../../bot/blocks/modal.ts';
import { approvalsGiven, person, whoMayApprove } from '../../../bot/blocks/people.ts';
import { type WhoAmI, whoAmI } from '../../../bot/blocks/whoami.ts';
import { forms } from '../../../bot/commands/grammar.ts';
import { KeyturnError, remedies } from '../../../shared/errors.ts';
import { message, plainText, section, sections } from '../../../shared/slack/message.ts';
import { code, md } from '../../../shared/slack/mrkdwn.ts';
import { mrkdwnIn, pendingRequest } from '../../fakes/slack-blocks.ts';
import { bob, bot, recorded } from '../../fakes/trail.ts';

const lines = (shown: Parameters<typeof mrkdwnIn>[0]) => mrkdwnIn(shown).join('\n\n');

describe('answers', () => {
  test('to a refusal say what happened, then what to do', () => {
    const error = new KeyturnError('approval-own-request', 'This is your own request.');
    expect(lines(errorAnswer(error))).toContain(
      `✋ This is your own request.\n\n${remedies['approval-own-request']}`,
    );
    const modal = answerModal('Approve a request', errorAnswer(error));
    expect(lines(modal)).toContain('✋ This is your own request.');
    expect(modal).not.toHaveProperty('submit');
  });

  test('to the unforeseen name where to look', () => {
    expect(unexpectedAnswer('abc').text).toContain('nobody foresaw');
    expect(lines(unexpectedAnswer('abc'))).toContain('under `abc`');
    expect(answer(md`Done.`).text).toBe('Done.');
  });

  test('to help name every subcommand', () => {
    for (const name of Object.keys(forms)) expect(lines(help())).toContain(`/keys ${name}`);
  });

  test('while the trail is read cannot be sent', () => {
    expect(loadingModal('Approve a request')).not.toHaveProperty('submit');
  });
});

describe('/keys whoami', () => {
  const me: WhoAmI = {
    userId: 'U0ALICE',
    isFullMember: true,
    mayRequest: 'yes',
    selfApproval: false,
    approves: [
      { kind: 'runbook', right: 'yes', through: ['S0SECURITY'], count: 1 },
      { kind: 'strict', right: 'no', through: [], count: 2 },
      { kind: 'undo', right: 'unknown', through: [], count: 2 },
    ],
  };

  test('says what, and why', () => {
    expect(lines(whoAmI(me))).toMatchInlineSnapshot(`
"You are <@U0ALICE>

You are <@U0ALICE>
✅ request a remediation: you may

✅ approve *Runbook*: you may, by <!subteam^S0SECURITY>; it takes 1 person
✋ approve *Strict*: the policy does not name you; it takes 2 people
❔ approve *Undo*: Slack does not say who is in the user groups, so for now it would be refused; it takes 2 people

Nobody approves a request of their own."
`);
  });

  test('says why not', () => {
    expect(lines(whoAmI({ ...me, isFullMember: false }))).toContain('You may decide nothing');
    expect(lines(whoAmI({ ...me, mayRequest: 'no' }))).toContain('the policy names who may, and not you');
    expect(lines(whoAmI({ ...me, mayRequest: 'unknown', selfApproval: true }))).toContain('would be refused');
  });
});

describe('people', () => {
  test('are mentioned; Keyturn is not', () => {
    expect(String(person(bot))).toBe('Keyturn');
    expect(String(person(bob))).toBe('<@U0BOB>');
  });

  test('are counted when they are many', () => {
    const quorum = { approvers: ['U01', 'U02', 'U03'], count: 20, selfApproval: true };
    const approvals = Array.from({ length: 12 }, () => recorded('approved'));
    const request = { ...pendingRequest({ quorum }), approvals };
    expect(String(approvalsGiven(request))).toMatch(/^12 of 20 approvals, by .* and 2 more$/);
    expect(String(whoMayApprove(request, 2))).toBe('<@U01>, <@U02> and 1 more');
  });
});

describe('a message', () => {
  test('says how many lines did not fit', () => {
    const many = Array.from({ length: 30 }, () => code('x'.repeat(250)));
    expect(section(...many).text?.text).toMatch(/_\(19 more not shown here\)_$/);
    expect(sections(6_000, many)).toHaveLength(3);
  });

  test('is never empty', () => {
    expect(section().text?.text).toBe('(empty)');
    expect(plainText(' ', 75).text).toBe('(empty)');
  });

  test('has a short text for notifications', () => {
    const long = Array.from({ length: 20 }, () => code('x'.repeat(250))).reduce(
      (all, part) => md`${all}${part}`,
      md``,
    );
    expect(message(long, []).text).toBe('Keyturn has something to say; open it in Slack.');
  });
});
