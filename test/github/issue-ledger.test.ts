import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import type { NewIssue } from '../../shared/findings/ports.ts';
import { GitHubIssueLedger } from '../../shared/github/issue-ledger.ts';
import { connect, name, routes } from './connected.ts';

const start = new Date('2026-03-01T12:00:00Z');
let time = start;
let github: GitHubStandIn;
let warnings: string[];
let sleeps: number[];

beforeEach(async () => {
  time = start;
  warnings = [];
  sleeps = [];
  github = await startGitHub({ now: () => time });
});
afterEach(() => github.close());

function ledgerOf(login = 'github-actions[bot]'): GitHubIssueLedger {
  return new GitHubIssueLedger(connect(github, { token: github.tokenOf(login) }), name, {
    patience: {
      now: () => time,
      sleep: async (duration) => {
        sleeps.push(duration);
      },
    },
    warn: (message) => warnings.push(message),
  });
}

function newIssue(change: Partial<NewIssue> = {}): NewIssue {
  return {
    title: 'Old access key: bob',
    body: 'About bob.\n<!-- marker of bob -->',
    labels: ['keyturn', 'access-key'],
    assignees: ['alice'],
    ...change,
  };
}

describe('listIssues', () => {
  test('gives issues labelled keyturn, open and closed, by number', async () => {
    await github.byHand.openIssue('alice', { title: 'Another', body: 'b', labels: ['bug'] });
    await github.byHand.openIssue('alice', { title: 'One', body: 'b', labels: ['keyturn', 'bug'] });
    await github.byHand.openIssue('alice', { title: 'Two', body: 'b', labels: ['keyturn'] });
    await github.byHand.editIssue(3, { state: 'closed', assignees: ['rita'] });
    await github.byHand.comment(2, 'hello');
    expect(await ledgerOf().listIssues()).toEqual([
      {
        number: 2,
        url: `${github.url}/octo-org/keys/issues/2`,
        title: 'One',
        body: 'b',
        state: 'open',
        labels: ['keyturn', 'bug'],
        assignees: [],
        comments: 1,
        updatedAt: start,
      },
      expect.objectContaining({ number: 3, state: 'closed', assignees: ['rita'] }),
    ]);
  });

  test('reads 100 a request, and all of them', async () => {
    for (let count = 0; count < 201; count += 1) {
      await github.byHand.openIssue('alice', { title: `${count}`, body: '', labels: ['keyturn'] });
    }
    const issues = await ledgerOf().listIssues();
    expect(issues.map(({ number }) => number)).toEqual(Array.from({ length: 201 }, (_, index) => index + 1));
    expect(github.requests.byRoute()).toEqual({ [routes.listIssues]: 3 });
  });

  test('gives those updated at or after a moment', async () => {
    await github.byHand.openIssue('alice', { title: 'One', body: '', labels: ['keyturn'] });
    time = new Date(start.getTime() + 60_000);
    await github.byHand.openIssue('alice', { title: 'Two', body: '', labels: ['keyturn'] });
    expect((await ledgerOf().listIssues(time)).map(({ number }) => number)).toEqual([2]);
    expect(await ledgerOf().listIssues(start)).toHaveLength(2);
  });

  test('passes over pull requests, and takes a missing body or assignees for none', async () => {
    const issue = {
      number: 1,
      html_url: 'https://github.test/1',
      title: 'One',
      body: null,
      state: 'open',
      labels: ['keyturn'],
      assignees: null,
      comments: 0,
      updated_at: '2026-03-01T12:00:00Z',
    };
    const body = [
      { ...issue, number: 3, pull_request: {} },
      { ...issue, pull_request: null },
    ];
    github.faults.add({ route: routes.listIssues, status: 200, body });
    expect(await ledgerOf().listIssues()).toEqual([
      expect.objectContaining({ number: 1, body: '', assignees: [], labels: ['keyturn'] }),
    ]);
  });

  test('never takes an answer that was cut off for an empty list', async () => {
    github.faults.add({ route: routes.listIssues, status: 200, body: '[{"number": 1' });
    await expect(ledgerOf().listIssues()).rejects.toMatchObject({ code: 'github-answer-invalid' });
    github.faults.add({ route: routes.listIssues, cutOff: true, times: 4 });
    await expect(ledgerOf().listIssues()).rejects.toMatchObject({ code: 'github-unreachable' });
  });
});

describe('openIssue', () => {
  test('opens an issue with labels and assignees', async () => {
    const issue = await ledgerOf().openIssue(newIssue());
    expect(issue).toEqual({
      ...newIssue(),
      number: 1,
      url: `${github.url}/octo-org/keys/issues/1`,
      state: 'open',
      comments: 0,
      updatedAt: start,
    });
    expect(github.requests.byRoute()).toEqual({ [routes.openIssue]: 1 });
    expect(warnings).toEqual([]);
  });

  test.each([
    ['a 5xx', { status: 502 }],
    ['a cut connection', { drop: true }],
    ['an answer that is no issue', { status: 201, body: '<html>' }],
  ])('finds the issue that was opened although the answer was %s', async (_, fault) => {
    await github.byHand.openIssue('alice', {
      title: 'x',
      body: 'About eve.\n<!-- eve -->',
      labels: ['keyturn'],
    });
    github.faults.add({ route: routes.openIssue, when: 'after', ...fault });
    const issue = await ledgerOf().openIssue(newIssue({ body: 'Other words\n<!-- marker of bob -->\n' }));
    expect(issue.number).toBe(2);
    expect(await github.byHand.issues()).toHaveLength(2);
    expect(sleeps).toEqual([3_000]);
  });

  test.each([
    ['a 5xx', { status: 503 }],
    ['a cut connection', { drop: true }],
  ])('opens the issue when it was not opened before %s', async (_, fault) => {
    github.faults.add({ route: routes.openIssue, when: 'before', ...fault });
    expect((await ledgerOf().openIssue(newIssue())).number).toBe(1);
    expect(github.requests.of(routes.openIssue)).toBe(2);
  });

  test('does not take a closed issue of the same user for the one it opened', async () => {
    await github.byHand.openIssue('alice', { title: 'x', body: newIssue().body, labels: ['keyturn'] });
    await github.byHand.closeIssue(1);
    github.faults.add({ route: routes.openIssue, status: 502 });
    expect((await ledgerOf().openIssue(newIssue())).number).toBe(2);
  });

  test('gives up after three attempts', async () => {
    github.faults.add({ route: routes.openIssue, status: 500, times: 9 });
    await expect(ledgerOf().openIssue(newIssue())).rejects.toMatchObject({ code: 'github-unreachable' });
    expect(github.requests.of(routes.openIssue)).toBe(3);
    expect(await github.byHand.issues()).toEqual([]);
  });

  test('closes an issue again that lost its label, and says why', async () => {
    await expect(ledgerOf('rita').openIssue(newIssue())).rejects.toMatchObject({
      code: 'github-labels-dropped',
      fact: expect.stringMatching(/issue #1 without the label keyturn.*could not be closed again/),
    });
    github.faults.add({
      route: routes.openIssue,
      status: 201,
      body: { ...(await github.byHand.issue(1)), labels: [], assignees: [] },
    });
    await expect(ledgerOf().openIssue(newIssue())).rejects.toThrow('so it was closed again');
    expect(await github.byHand.issue(1)).toMatchObject({ state: 'closed', state_reason: 'not_planned' });
  });

  test('opens an issue without assignees rather than not at all, and warns once', async () => {
    const ledger = ledgerOf();
    const issue = await ledger.openIssue(newIssue({ assignees: ['alice', 'left-long-ago'] }));
    expect(issue.assignees).toEqual([]);
    await ledger.openIssue(newIssue({ assignees: ['alice', 'left-long-ago'] }));
    expect(warnings).toEqual([
      'GitHub did not set the assignees alice, left-long-ago: an issue has at most 10, each with access to the repository, and the token needs push access.',
    ]);
  });

  test('sets at most ten assignees', async () => {
    await github.close();
    const logins = Array.from({ length: 11 }, (_, index) => `person-${index}`);
    github = await startGitHub({ people: Object.fromEntries(logins.map((login) => [login, 'write'])) });
    const issue = await ledgerOf().openIssue(newIssue({ assignees: logins }));
    expect(issue.assignees).toEqual(logins.slice(0, 10));
    expect(warnings).toEqual([expect.stringContaining('assignees person-10:')]);
  });

  test('passes on what GitHub refuses', async () => {
    await expect(ledgerOf().openIssue(newIssue({ body: 'x'.repeat(65_537) }))).rejects.toMatchObject({
      code: 'github-refused',
      fact: expect.stringContaining('body is too long (maximum is 65536 characters)'),
    });
    await expect(ledgerOf('wanda').openIssue(newIssue())).rejects.toMatchObject({
      code: 'github-permission-missing',
      fact: 'GitHub would not open an issue: Resource not accessible by integration. It asks for: issues: write.',
    });
  });
});

describe('changeIssue', () => {
  test('changes the fields that are given and no others', async () => {
    const ledger = ledgerOf();
    await ledger.openIssue(newIssue());
    await ledger.changeIssue(1, { body: 'New' });
    expect(await github.byHand.issue(1)).toMatchObject({
      title: newIssue().title,
      body: 'New',
      labels: ['keyturn', 'access-key'],
      state: 'open',
      assignees: ['alice'],
    });
    await ledger.changeIssue(1, { state: 'closed', stateReason: 'not_planned', title: 'T' });
    expect(await github.byHand.issue(1)).toMatchObject({
      title: 'T',
      state: 'closed',
      state_reason: 'not_planned',
    });
    await ledger.changeIssue(1, { state: 'open' });
    expect(await github.byHand.issue(1)).toMatchObject({ body: 'New', state: 'open' });
  });

  test('is repeated after an outage', async () => {
    const ledger = ledgerOf();
    await ledger.openIssue(newIssue());
    github.faults.add({ route: routes.changeIssue, status: 502, when: 'after' });
    await ledger.changeIssue(1, { title: 'T' });
    expect(github.requests.of(routes.changeIssue)).toBe(2);
  });

  test('adds labels to those that somebody else set meanwhile, and needs no other request for it', async () => {
    const ledger = ledgerOf();
    await ledger.openIssue(newIssue());
    await github.byHand.editIssue(1, { labels: ['keyturn', 'keyturn:pending'] });
    await ledger.changeIssue(1, { addLabels: ['reactivated'] });
    expect((await github.byHand.issue(1)).labels).toEqual(['keyturn', 'keyturn:pending', 'reactivated']);
    expect(github.requests.byRoute()).toEqual({ [routes.openIssue]: 1, [routes.addLabels]: 1 });
    await ledger.changeIssue(1, { state: 'closed', addLabels: ['keyturn:broken'] });
    expect(await github.byHand.issue(1)).toMatchObject({
      state: 'closed',
      labels: ['keyturn', 'keyturn:pending', 'reactivated', 'keyturn:broken'],
    });
  });

  test('warns of labels that GitHub did not set', async () => {
    const ledger = ledgerOf();
    const { number } = await ledger.openIssue(newIssue());
    github.faults.add({ route: routes.addLabels, status: 200, body: [{ name: 'KEYTURN' }] });
    await ledger.changeIssue(number, { addLabels: ['keyturn', 'new'] });
    expect(warnings).toEqual(['GitHub did not set the labels new: the token needs push access.']);
  });

  test('names an issue that is not there', async () => {
    await expect(ledgerOf().changeIssue(7, { title: 'T' })).rejects.toMatchObject({
      code: 'github-not-found',
      fact: 'GitHub would not change issue #7: Not Found (404).',
    });
  });
});

describe('readIssue', () => {
  test('gives the issue as it is now, with its last comment', async () => {
    const ledger = ledgerOf();
    const { number } = await ledger.openIssue(newIssue());
    expect(await ledger.readIssue(number)).toEqual({
      issue: expect.objectContaining({ number, comments: 0 }),
    });
    for (const text of ['first', 'second', 'last']) await github.byHand.comment(number, text);
    github.requests.clear();
    expect(await ledger.readIssue(number)).toMatchObject({ issue: { comments: 3 }, lastComment: 'last' });
    expect(github.requests.total).toBe(2);
  });

  test('names an issue that was deleted', async () => {
    const { number } = await ledgerOf().openIssue(newIssue());
    const body = { message: 'This issue was deleted' };
    github.faults.add({ route: routes.readIssue, status: 410, body });
    await expect(ledgerOf().readIssue(number)).rejects.toMatchObject({
      code: 'github-not-found',
      fact: `GitHub would not read issue #${number}: This issue was deleted (410).`,
    });
  });

  test('follows an issue to the repository that it was transferred to', async () => {
    const ledger = ledgerOf();
    const { number } = await ledger.openIssue(newIssue());
    const other = await ledger.openIssue(newIssue({ body: 'moved' }));
    const location = `${github.url}/repos/${github.repository}/issues/${other.number}`;
    github.faults.add({ route: routes.readIssue, status: 301, headers: { location }, body: {} });
    expect((await ledger.readIssue(number)).issue.url).toBe(other.url);
  });
});

describe('comment', () => {
  test('names a locked issue that the token may not comment on', async () => {
    const { number } = await ledgerOf().openIssue(newIssue());
    const body = { message: 'Unable to create comment because issue is locked.' };
    github.faults.add({ route: routes.comment, status: 403, body });
    await expect(ledgerOf().comment(number, 'text')).rejects.toMatchObject({
      code: 'github-permission-missing',
      fact: expect.stringContaining('issue is locked'),
    });
  });

  const bodies = async () => (await github.byHand.comments(1)).map(({ body }) => body);

  beforeEach(async () => {
    await github.byHand.openIssue('alice', { title: 'x', body: 'b', labels: ['keyturn'] });
  });

  test('writes one comment', async () => {
    await ledgerOf().comment(1, 'Reopened.');
    expect(await bodies()).toEqual(['Reopened.']);
  });

  test.each([
    ['after', { status: 504 }],
    ['after', { drop: true }],
    ['before', { status: 504 }],
  ] as const)('writes it once when an outage comes %s it is written', async (when, fault) => {
    await github.byHand.comment(1, 'Reopened.');
    time = new Date(start.getTime() + 600_000);
    await github.byHand.comment(1, 'Something else');
    github.faults.add({ route: routes.comment, when, ...fault });
    await ledgerOf().comment(1, 'Reopened.\r\n');
    expect((await bodies()).map((body) => body.trim())).toEqual(['Reopened.', 'Something else', 'Reopened.']);
  });
});
