import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningBot } from '../../bot/start.ts';
import { modalAfter } from '../../sandbox/at-work.ts';
import type { PersonName } from '../../sandbox/slack/people.ts';
import { until } from '../../sandbox/until.ts';
import { remedies } from '../../shared/errors.ts';
import {
  addAccounts,
  closed,
  letIn,
  openFinding,
  production,
  staging,
  withAggregator,
} from './organization.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
let bot: RunningBot;
beforeAll(async () => {
  stage = await startStage();
  addAccounts(stage.aws.world);
  await stage.writePolicy(withAggregator);
  bot = await stage.start();
});
afterAll(() => stage.close());
beforeEach(() => stage.aws.requests.clear());

/** One user name in two accounts. Resolves to the numbers of the issues. */
async function openTwo(name: string) {
  return {
    inProduction: await openFinding(stage, name, production),
    inStaging: await openFinding(stage, name, staging),
  };
}

const commentsOn = async (issue: number) => (await stage.github.byHand.comments(issue)).length;
const accountsAsked = () => new Set(stage.aws.requests.list.map(({ account }) => account));

/** Presses a button of the last answer; resolves to the text of the next one. */
async function press(who: PersonName, actionId: string, issue: number): Promise<string> {
  const { byHand, reader } = stage.slack;
  const seen = reader.ephemerals(who);
  const shown = seen.at(-1);
  const [value = ''] = [...JSON.stringify(shown?.blocks).matchAll(/"value":"((?:[^"\\]|\\.)*)"/g)]
    .map(([, text]) => JSON.parse(`"${text}"`))
    .filter((text) => JSON.parse(text).issue === issue);
  await byHand.click(who, { ts: shown?.ts ?? '', actionId, value });
  const answer = await until('the answer', () => reader.ephemerals(who)[seen.length]);
  return JSON.stringify(answer.blocks);
}

function modalSaying(who: PersonName, text: string) {
  return until(`a modal of ${who} that says ${text}`, () => {
    const view = stage.slack.reader.openViews(who).at(-1);
    return view && JSON.stringify(view.blocks).includes(text) ? view : undefined;
  });
}

test('it is ready without a rule in the security account', async () => {
  const response = await fetch(`${stage.url}/readyz`);
  expect(await response.json()).toEqual({
    ready: true,
    checks: { slack: 'ok', github: 'ok', aws: 'ok' },
  });
});

describe('a user name that stands in several accounts asks which', () => {
  test.each([
    ['show', '/keys show ann', 'Strict would'],
    ['remediate', '/keys remediate bea left the team', 'left the team'],
    ['remediate --strict', '/keys remediate cat --strict', '*Requested*'],
    ['exempt', '/keys exempt dot 30 the vendor is slow', '*Requested*'],
    ['undo', '/keys undo eve', 'No request deactivated keys of this user'],
  ])('%s', async (_, line, effect) => {
    const [, user = ''] = /keys \w+ (\w+)/.exec(line) ?? [];
    const { inProduction, inStaging } = await openTwo(user);
    const asked = await stage.ask('olivia', line);
    expect(asked).toMatch(new RegExp(`is in 2 accounts.*${production}.*${staging}`, 's'));
    expect(accountsAsked()).toEqual(new Set());
    const answer = await press('olivia', 'keyturn_choose', inStaging);
    const cards = JSON.stringify(await stage.slack.reader.messages());
    expect(`${answer}${cards}`).toContain(effect);
    expect(accountsAsked()).not.toContain(production);
    expect(await commentsOn(inProduction)).toBe(0);
    expect(await commentsOn(inStaging)).toBe(answer.includes('*Requested*') ? 1 : 0);
  });

  test('the account after the name says it at once', async () => {
    const { inProduction, inStaging } = await openTwo('fay');
    expect(await stage.ask('olivia', `/keys remediate fay ${production} --strict`)).toContain('*Requested*');
    expect([await commentsOn(inProduction), await commentsOn(inStaging)]).toEqual([1, 0]);
  });

  test('in the dialog, by a choice or by the account', async () => {
    const { byHand } = stage.slack;
    const { inProduction, inStaging } = await openTwo('gia');
    const open = async () => {
      await byHand.command('alice', '/keys remediate');
      return modalSaying('alice', 'Account, if the name exists in several');
    };
    await byHand.submit('alice', (await open()).id, { keyturn_user: 'gia', keyturn_mode: 'strict' });
    const choice = await modalSaying('alice', 'is in 2 accounts');
    const value = JSON.stringify({ issue: inStaging, text: 'remediate gia --strict' });
    await byHand.clickInView('alice', choice.id, { actionId: 'keyturn_choose', value });
    await modalSaying('alice', '*Requested*');
    expect([await commentsOn(inProduction), await commentsOn(inStaging)]).toEqual([0, 1]);

    await byHand.close('alice', choice.id);
    const fields = { keyturn_user: 'gia', keyturn_account: production, keyturn_mode: 'strict' };
    await byHand.submit('alice', (await open()).id, fields);
    await modalSaying('alice', '*Requested*');
    expect([await commentsOn(inProduction), await commentsOn(inStaging)]).toEqual([1, 1]);
  });

  test('the buttons below a finding are about that one', async () => {
    const { inProduction, inStaging } = await openTwo('hal');
    expect(await stage.ask('olivia', `/keys show hal ${staging}`)).toContain(`in account \`${staging}\``);
    expect(await press('olivia', 'keyturn_remediate_runbook', inStaging)).toContain('*Requested*');
    expect([await commentsOn(inProduction), await commentsOn(inStaging)]).toEqual([0, 1]);
  });

  test('a list shows accounts, and can be of one', async () => {
    const both = await stage.ask('olivia', '/keys list');
    expect(both).toContain(production);
    expect(both).toContain(staging);
    const one = await stage.ask('olivia', `/keys list ${staging}`);
    expect(one).toContain(`in account \`${staging}\``);
    expect(one).not.toContain(production);
    expect(await stage.ask('olivia', '/keys pending')).toContain(`\`fay\` in \`${production}\``);
    expect(accountsAsked()).toEqual(new Set());
  });
});

describe('an account that does not let the bot in', () => {
  test('the person is told account, role and remedy; nothing is recorded, and the others go on', async () => {
    const number = await openFinding(stage, 'ida', closed);
    const told = await stage.ask('olivia', '/keys remediate ida --strict');
    expect(told).toContain(`arn:aws:iam::${closed}:role/KeyturnRemediator`);
    expect(told).toContain(remedies['account-role-refused']);
    expect(await stage.ask('olivia', '/keys show ida')).toContain(`Account ${closed} does not let Keyturn`);
    expect(await commentsOn(number)).toBe(0);
    expect(JSON.stringify(await stage.slack.reader.messages())).not.toContain('`ida`');
    expect(accountsAsked()).toEqual(new Set([stage.aws.world.account().id]));
    await openFinding(stage, 'jo', production);
    expect(await stage.ask('olivia', '/keys remediate jo')).toContain('*Requested*');
  });

  test('an account that the marker alone names is none', async () => {
    const { world } = stage.aws;
    const mallory = world.addUser({ name: 'mallory', keys: [{ createdAt: world.daysAgo(120) }] });
    await stage.openIssue(mallory, { accountId: '999988887777' });
    expect(await stage.ask('olivia', '/keys remediate mallory')).toContain(
      '999988887777 does not let Keyturn',
    );
  });

  test('at the last approval: it is told, the request waits, and it can be approved later', async () => {
    const { world } = stage.aws;
    const number = await openFinding(stage, 'kit', production);
    await stage.ask('olivia', '/keys remediate kit');
    const card = await until('the card', async () =>
      (await stage.slack.reader.messages()).find(
        ({ text, blocks }) =>
          text.includes('`kit`') && JSON.stringify(blocks).includes('keyturn_open_approval'),
      ),
    );
    // Who is in stays in for an hour; another process is not.
    await bot.stop();
    letIn(world, production, false);
    bot = await stage.start();
    const approve = async () => {
      const { byHand } = stage.slack;
      const open = { ts: card.ts, actionId: 'keyturn_open_approval' };
      const view = await modalAfter(stage, 'sam', () => byHand.click('sam', open));
      await byHand.submit('sam', view.id);
      return view;
    };
    const view = await approve();
    await stage.told('sam', `Account ${production} does not let Keyturn`);
    expect(await commentsOn(number)).toBe(1);
    await stage.slack.byHand.close('sam', view.id);

    letIn(world, production, true);
    await approve();
    await until('the closed issue', async () =>
      (await stage.github.byHand.issue(number)).state === 'closed' ? true : undefined,
    );
    expect(world.userNamed('kit', production).accessKeys[0]?.status).toBe('Inactive');
  });
});
