import { expect, test } from '@jest/globals';
import { newFindings } from '../../shared/slack/new-findings.ts';
import { issue, mrkdwnIn } from '../fakes/slack-blocks.ts';
import { daysAgo, today } from '../fakes/user-snapshot.ts';

const quiet = { back: 0, inAll: 5, deferred: 0, complete: true };

function listed(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    subject: { ...issue, userName: `user${n + 1}` },
    issue: { number: n + 1, url: issue.url },
    oldestKeyAt: daysAgo(100 + n),
  }));
}

const textsOf = (message: ReturnType<typeof newFindings>) => (message ? mrkdwnIn(message) : []);

test('no news is no message', () => {
  expect(newFindings({ ...quiet, fresh: [] }, today)).toBeUndefined();
});

test('each new finding has a line with a button that shows it', () => {
  const message = newFindings({ ...quiet, fresh: listed(2) }, today);
  expect(message?.text).toBe('🔑 *2 findings* new; 5 in all');
  expect(message?.blocks).toHaveLength(3);
  expect(message?.blocks[2]).toMatchObject({
    text: { text: expect.stringContaining('`user2` in `123456789012` · key 101 days old · <') },
    accessory: { action_id: 'keyturn_review', value: '{"issue":2}' },
  });
});

test('ten are named, the others are counted', () => {
  const message = newFindings({ ...quiet, fresh: listed(12) }, today);
  expect(JSON.stringify(message).match(/keyturn_review/g)).toHaveLength(10);
  expect(textsOf(message).at(-1)).toBe('and 2 more: /keys list');
});

test.each([
  [1, 1, '🔑 *1 finding* back again; 5 in all'],
  [3, 1, '🔑 *2 findings* new, *1 finding* back again; 5 in all'],
])('%d findings, of which %d had been closed', (count, back, text) => {
  expect(newFindings({ ...quiet, fresh: listed(count), back }, today)?.text).toBe(text);
});

test('what is missing is said', () => {
  const message = newFindings({ ...quiet, fresh: listed(1), deferred: 3, complete: false }, today);
  const text = textsOf(message).join('\n');
  expect(text).toContain('3 of them wait for the next scan');
  expect(text).toContain('could not see everything');
});

test('what is not opened yet cannot be reviewed', () => {
  const [one] = listed(1);
  const message = newFindings({ ...quiet, fresh: [{ subject: one?.subject ?? issue }] }, today);
  expect(JSON.stringify(message)).not.toMatch(/keyturn_review|issue #/);
  expect(textsOf(message)[2]).toBe('`user1` in `123456789012`');
});
