import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  approve,
  findButton,
  modalAfter,
  openCard,
  outcomeOf,
  press,
  request,
  textOf,
} from '../../sandbox/at-work.ts';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';
import { answerAfter, ask, cardsOf, issueOf, modalOf, scanAll, trailOf } from './bot-at-work.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
  const { world } = loop.aws;
  Object.assign(world.automation, { pendingMs: 20, inProgressMs: 50 });
  world.addRule({ maxAccessKeyAge: 90 });
  for (const name of ['alice', 'carol', 'dave', 'erin']) {
    world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  }
  const lastUsed = { at: world.daysAgo(0.1), service: 's3', region: 'us-east-1' };
  world.addUser({ name: 'bob', keys: [{ createdAt: world.daysAgo(200), lastUsed }] });
  for (let n = 1; n <= 7; n += 1) {
    world.addUser({ name: `old-${n}`, keys: [{ createdAt: world.daysAgo(300 + n) }] });
  }
  await scanAll(loop);
});
afterAll(() => loop.close());

const statusOf = (user: string) => loop.aws.world.userNamed(user).accessKeys.map(({ status }) => status);

describe('commands that ask', () => {
  test('help', async () => {
    const text = await ask(loop, 'olivia', '/keys help');
    for (const name of ['list', 'show', 'remediate', 'exempt', 'undo', 'pending', 'whoami']) {
      expect(text).toContain(`/keys ${name}`);
    }
  });

  test('list, its pages and Review', async () => {
    const { byHand, reader } = loop.slack;
    const first = await ask(loop, 'olivia', '/keys list');
    expect(first).toContain('Open: 12 findings');
    expect(first).not.toContain('`erin`');
    const shown = () => {
      const seen = reader.ephemerals('olivia').at(-1);
      if (!seen) throw new Error('There is no list');
      return seen;
    };
    await press(loop, 'olivia', shown(), 'Newer');
    await until('the second page', () => textOf(shown()).includes('`erin`') || undefined);
    await press(loop, 'olivia', shown(), 'Older');
    await until('the first page', () => textOf(shown()).includes('`old-7`') || undefined);

    const before = reader.ephemerals('olivia').length;
    const { number } = await issueOf(loop, 'old-7');
    const on = { ts: shown().ts, actionId: 'keyturn_review', value: JSON.stringify({ issue: number }) };
    await byHand.click('olivia', on);
    expect(await answerAfter(loop, 'olivia', before)).toMatch(/old-7.*Runbook would.*Strict would/s);
  });

  test('show tells keys, last use and both plans', async () => {
    const text = await ask(loop, 'olivia', '/keys show BOB');
    const [key] = loop.aws.world.userNamed('bob').accessKeys;
    expect(text).toContain(key?.id);
    expect(text).toMatch(/s3.*Runbook would.*Strict would/s);
  });

  test('a user who is unknown: what was looked at', async () => {
    expect(await ask(loop, 'olivia', '/keys show nobody')).toMatch(/No finding is about.*12 issues/s);
  });

  test('whoami', async () => {
    expect(await ask(loop, 'sam', '/keys whoami')).toContain('approve');
    expect(await ask(loop, 'olivia', '/keys whoami')).toContain('the policy does not name you');
  });

  test('what is no command', async () => {
    expect(await ask(loop, 'olivia', '/keys nonsense')).toContain('no such subcommand');
  });
});

test('remediate by the runbook, pending, approve, then undo', async () => {
  const card = await request(loop, 'alice', '/keys remediate alice the backup job is gone');
  expect(await ask(loop, 'kim', '/keys pending')).toContain('`alice`');
  await approve(loop, 'sam', card);
  const { replies } = await outcomeOf(loop, card);
  expect(replies.at(-1)?.text).toMatch(/As predicted.*Resolved/s);
  await until('the closed issue', async () => (await issueOf(loop, 'alice')).state === 'closed' || undefined);
  expect(statusOf('alice')).toEqual(['Inactive']);

  expect(await ask(loop, 'alice', '/keys undo alice the job is back')).toContain('*Requested*');
  const undo = await until('the card of the undo', async () =>
    (await cardsOf(loop, 'alice')).find((one) => findButton(one, 'Approve')),
  );
  await approve(loop, 'sam', undo);
  expect(statusOf('alice')).toEqual(['Inactive']);
  await approve(loop, 'kim', undo);
  await until('the reactivated key', () => statusOf('alice').includes('Active') || undefined);
  await until('the end of the undo', async () => {
    const { state, trail } = await trailOf(loop, 'alice');
    return (trail.state === 'intact' && !state.open && state.requests.size === 2) || undefined;
  });
});

test('the runbook leaves a used key, and the button under the outcome asks for strict', async () => {
  const card = await request(loop, 'alice', '/keys remediate bob');
  await approve(loop, 'kim', card);
  const { replies } = await outcomeOf(loop, card);
  expect(statusOf('bob')).toEqual(['Active']);
  const offer = replies.find((reply) => findButton(reply, 'Request strict'));
  if (!offer) throw new Error('Nothing offers strict');
  await press(loop, 'alice', offer, 'Request strict');
  const strict = await openCard(loop, 'bob', 'Strict');
  await approve(loop, 'sam', strict);
  await approve(loop, 'kim', strict);
  expect((await outcomeOf(loop, strict)).replies.at(-1)?.text).toContain('Resolved');
  expect(statusOf('bob')).toEqual(['Inactive']);
});

test('remediate with a typographic --strict, denied with a reason', async () => {
  await loop.slack.byHand.command('alice', '/keys remediate carol —strict she left');
  const card = await openCard(loop, 'carol', 'Strict');
  const view = await modalAfter(loop, 'sam', () => press(loop, 'sam', card, 'Deny'));
  await loop.slack.byHand.submit('sam', view.id, { keyturn_reason: 'she is on leave' });
  await modalOf(loop, 'sam', /\*Recorded/);
  const { state } = await trailOf(loop, 'carol');
  expect([...state.requests.values()]).toMatchObject([
    { status: 'denied', denied: { data: { reason: 'she is on leave' } } },
  ]);
  const denied = await until('the card that says so', async () =>
    (await cardsOf(loop, 'carol')).find((one) => textOf(one).includes('she is on leave')),
  );
  expect(findButton(denied, 'Approve')).toBeUndefined();
});

test('exempt, approved by two', async () => {
  expect(await ask(loop, 'alice', '/keys exempt dave 30 the vendor is slow')).toContain('*Requested*');
  const card = await until('the card', async () =>
    (await cardsOf(loop, 'dave')).find((one) => findButton(one, 'Approve')),
  );
  await approve(loop, 'sam', card);
  await approve(loop, 'kim', card);
  await until(
    'the label',
    async () => (await issueOf(loop, 'dave')).labels.includes('keyturn:exempt') || undefined,
  );
  expect(await ask(loop, 'olivia', '/keys show dave')).toContain('xempt');
  expect(statusOf('dave')).toEqual(['Active']);
});

test('remediate without a name opens a dialog', async () => {
  const { byHand } = loop.slack;
  const view = await modalAfter(loop, 'alice', () => byHand.command('alice', '/keys remediate'));
  await byHand.submit('alice', view.id, {
    keyturn_user: 'erin',
    keyturn_mode: 'strict',
    keyturn_reason: 'left',
  });
  await modalOf(loop, 'alice', /\*Requested/);
  expect((await openCard(loop, 'erin', 'Strict')).text).toContain('`erin`');
});

test('a name in two accounts is a choice, whose button goes on with the command', async () => {
  const { id, name } = loop.aws.world.userNamed('old-1');
  const { body, title } = await issueOf(loop, name);
  const other = { title, body: String(body).replace(/111122223333/g, '999988887777'), labels: ['keyturn'] };
  await loop.github.byHand.openIssue('github-actions[bot]', other);
  expect(await ask(loop, 'olivia', `/keys show ${name}`)).toContain('is in 2 accounts');
  const { reader } = loop.slack;
  const chooser = reader.ephemerals('olivia').at(-1);
  if (!chooser) throw new Error('Nobody asks');
  const before = reader.ephemerals('olivia').length;
  const buttons = JSON.stringify(chooser.blocks).match(/keyturn_choose(?:_\d+)?/g) ?? [];
  const { number } = await issueOf(loop, name);
  const value = JSON.stringify({ issue: number, text: `show ${name}` });
  await loop.slack.byHand.click('olivia', { ts: chooser.ts, actionId: buttons[0] ?? '', value });
  expect(await answerAfter(loop, 'olivia', before)).toContain('Runbook would');
  expect(id).toMatch(/^AIDA/);
});
