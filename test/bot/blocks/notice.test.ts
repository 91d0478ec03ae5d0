import { describe, expect, test } from '@jest/globals';
import { executionLink } from '../../../bot/blocks/console-link.ts';
import { noticeView } from '../../../bot/blocks/notice.ts';
import { actionIds, decodeValue } from '../../../shared/slack/action-ids.ts';
import type { TrailEvent } from '../../../shared/trail/events.ts';
import { issue, mrkdwnIn } from '../../fakes/slack-blocks.ts';
import { keyId, otherKeyId, requestIdOf, trailEvent } from '../../fakes/trail.ts';

const place = { partition: 'aws', region: 'us-east-1' };
const executionId = '11111111-2222-4333-8444-555555555555';

function view(...events: TrailEvent[]) {
  return noticeView({ key: 'abcdef012345', events, readable: 'words' }, issue, place);
}
const lines = (...events: TrailEvent[]) => mrkdwnIn(view(...events).message).join('\n\n');

const output = JSON.stringify({
  output: 'Verification of unused IAM User credentials is successful.',
  http_responses: {
    DeactivateUnusedKeysResponse: [{ AccessKeyId: keyId }],
    DeleteUnusedPasswordResponse: {},
  },
});

describe('the thread tells', () => {
  test('the end of a runbook that left a key Active, and what is next', () => {
    const finished = trailEvent('finished', { data: { executionId, automationStatus: 'Success', output } });
    const verified = trailEvent('verified', {
      data: {
        result: 'remains',
        keys: [
          { id: keyId, outcome: 'deactivated' },
          { id: otherKeyId, outcome: 'still active', why: 'used 3 hours ago for s3 in us-east-1' },
        ],
        loginProfile: 'deleted',
      },
    });
    expect(lines(finished, verified)).toMatchInlineSnapshot(`
"✅ *As predicted.* *The finding remains*: an Active key is over age.

🏁 *Finished* (success), status Success. See <https://console.aws.amazon.com/systems-manager/automation/execution/11111111-2222-4333-8444-555555555555?region=us-east-1|its execution in the AWS console>.
The runbook says: \`Verification of unused IAM User credentials is successful.\`
By its own word it deactivated \`AKIAEXAMPLE000000001\` and deleted the console password.
\`\`\`
{
  "output": "Verification of unused IAM User credentials is successful.",
  "http_responses": {
    "DeactivateUnusedKeysResponse": [
      {
        "AccessKeyId": "AKIAEXAMPLE000000001"
      }
    ],
    "DeleteUnusedPasswordResponse": {}
  }
}
\`\`\`
✅ *As predicted.*
*The finding remains*: an Active key is over age.
✅ \`AKIAEXAMPLE000000001\` *deactivated*
⚠️ \`AKIAEXAMPLE000000002\` *still active*: used 3 hours ago for s3 in us-east-1
⛔ *The console password is deleted.*

Envelope \`abcdef012345\` on <https://github.com/octo/keys/issues/7|issue #7>"
`);
    const { blocks } = view(finished, verified).message;
    const row = blocks.find((block) => block.type === 'actions');
    const [button] = row?.type === 'actions' ? row.elements : [];
    expect(button).toMatchObject({ action_id: actionIds.requestStrict });
    const value = button?.type === 'button' ? button.value : undefined;
    expect(decodeValue('request', value)).toEqual({ issue: 7, requestId: requestIdOf(1) });
  });

  test('nothing to do next when the finding is resolved, or no old key stays Active', () => {
    expect(JSON.stringify(view(trailEvent('verified')))).not.toContain('"button"');
    const gone = trailEvent('verified', {
      data: { result: 'remains', keys: [{ id: keyId, outcome: 'new' }] },
    });
    expect(JSON.stringify(view(gone))).not.toContain('"button"');
  });

  test.each([
    [trailEvent('requested'), '*Requested* by <@U0ALICE>'],
    [trailEvent('approved'), '*Approved* by <@U0BOB>'],
    [trailEvent('denied'), '*Denied* by <@U0BOB>: `still in use`. Nothing was done.'],
    [trailEvent('denied', { data: { reason: ' ' } }), 'no reason given'],
    [trailEvent('voided'), '*Void*: the plan changed\n• a key was rotated\nNothing was done'],
    [trailEvent('started'), `*Started*: deactivates \`${keyId}\`.`],
    [trailEvent('started', { data: { mode: 'undo' } }), `*Started*: reactivates \`${keyId}\`.`],
    [
      trailEvent('started', { data: { mode: 'runbook', keyIds: [] } }),
      'it should deactivate no key. See <https://',
    ],
    [trailEvent('finished', { data: { ended: 'failed', error: 'AWS said no' } }), '*Finished* (failed).'],
    [trailEvent('exempted'), `*Exempted* until`],
    [trailEvent('reactivated'), '*Reactivated by somebody else*'],
  ])('$type', (event, words) => {
    expect(lines(event)).toContain(words);
    expect(lines(event)).toContain('Envelope `abcdef012345` on <https://github.com');
  });

  test('differences from the plan, loudly', () => {
    const data = { asPredicted: false, differences: ['a key: predicted Inactive, found Active'] };
    const text = lines(trailEvent('verified', { data }));
    expect(text).toContain('🚨 *NOT as predicted.*');
    expect(text).toContain('🚨 a key: predicted Inactive, found Active');
  });

  test('what nothing was recorded for', () => {
    const still = noticeView({ key: 'still-running', events: [], readable: 'It still runs.' }, issue);
    expect(still.message.text).toBe('It still runs.');
    expect(JSON.stringify(still)).not.toContain('Envelope');
    const started = trailEvent('started', { data: { mode: 'runbook' } });
    const broken = noticeView({ key: 'unrecorded', events: [started], readable: '' }, issue);
    expect(broken.message.text).toContain('broken');
    expect(JSON.stringify(broken)).not.toMatch(/Envelope|console\.aws/);
  });
});

describe('the output of an automation', () => {
  test('that is long becomes a file', () => {
    const long = 'x'.repeat(600);
    const { file, message } = view(trailEvent('finished', { data: { output: long } }));
    expect(file).toMatchObject({ content: long });
    expect(mrkdwnIn(message).join()).toContain('The whole output is on <https://github.com');
  });

  test('that is no JSON is shown as it is', () => {
    expect(lines(trailEvent('finished', { data: { output: 'No output available yet' } }))).toContain(
      '```\nNo output available yet\n```',
    );
  });

  test('that claims nothing', () => {
    const nothing = JSON.stringify({
      http_responses: { DeleteUnusedPasswordResponse: null },
    });
    expect(lines(trailEvent('finished', { data: { output: nothing } }))).toContain(
      'By its own word it deactivated no key and left the console password alone.',
    );
  });
});

test.each([
  ['aws', 'console.aws.amazon.com'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
  ['aws-cn', 'console.amazonaws.cn'],
  ['aws-iso', 'console.aws.amazon.com'],
])('executions of the partition %s are in its own console', (partition, host) => {
  const link = executionLink({ partition, region: 'us-east-1' });
  expect(link.toString()).toContain(
    `<https://${host}/systems-manager/automation/executions?region=us-east-1|`,
  );
});

test('progress is one short line', () => {
  const readable = 'The automation execution is InProgress.';
  const notice = { key: 'status-1-InProgress', events: [], readable, isProgress: true } as const;
  expect(noticeView(notice, issue).message).toEqual({
    text: `⏳ ${readable}`,
    blocks: [{ type: 'context', elements: [{ type: 'mrkdwn', text: `⏳ ${readable}`, verbatim: true }] }],
  });
});
