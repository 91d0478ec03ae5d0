import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';

let time: Date;
let github: GitHubStandIn;

beforeEach(async () => {
  time = new Date('2026-03-01T12:00:00.400Z');
  github = await startGitHub({ now: () => time, people: { newcomer: 'read' } });
});
afterEach(() => github.close());

function pass(seconds: number): void {
  time = new Date(time.getTime() + seconds * 1_000);
}

async function call(
  method: string,
  path: string,
  { body, token = github.token }: { body?: unknown; token?: string } = {},
) {
  const response = await fetch(`${github.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? undefined : JSON.parse(text),
  };
}

const repo = '/repos/octo-org/keys';
const issue = { title: 'Old key', body: 'text', labels: ['keyturn'], assignees: ['alice'] };

describe('issues', () => {
  test('keep their labels, new ones included, their assignees and whole seconds', async () => {
    const { status, json } = await call('POST', `${repo}/issues`, { body: issue });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      number: 1,
      created_at: '2026-03-01T12:00:00Z',
      updated_at: '2026-03-01T12:00:00Z',
      html_url: `${github.url}/octo-org/keys/issues/1`,
      user: { login: 'github-actions[bot]' },
    });
    expect(await github.byHand.issue(1)).toMatchObject({ labels: ['keyturn'], assignees: ['alice'] });
  });

  test('are closed with a reason and opened again', async () => {
    await call('POST', `${repo}/issues`, { body: issue });
    pass(60);
    const closed = await call('PATCH', `${repo}/issues/1`, {
      body: { state: 'closed', state_reason: 'not_planned' },
    });
    expect(closed.json).toMatchObject({ state_reason: 'not_planned', closed_at: '2026-03-01T12:01:00Z' });
    pass(60);
    const renamed = await call('PATCH', `${repo}/issues/1`, { body: { title: 'New' } });
    expect(renamed.json).toMatchObject({
      closed_at: '2026-03-01T12:01:00Z',
      updated_at: '2026-03-01T12:02:00Z',
    });
    const opened = await call('PATCH', `${repo}/issues/1`, { body: { state: 'open' } });
    expect(opened.json).toMatchObject({ state: 'open', state_reason: 'reopened', closed_at: null });
  });

  test('are listed in pages of at most 100, linked, through the front', async () => {
    for (let number = 1; number <= 5; number += 1) {
      await github.byHand.openIssue('alice', { ...issue, title: `Issue ${number}` });
      pass(1);
    }
    const first = await call('GET', `${repo}/issues?labels=keyturn&per_page=2`);
    expect(first.json.map(({ number }: { number: number }) => number)).toEqual([5, 4]);
    const next = `${repo}/issues?labels=keyturn&per_page=2&page=2`;
    expect(first.headers.get('link')).toContain(`<${github.url}${next}>; rel="next"`);
    const second = await call('GET', next);
    expect(second.json.map(({ number }: { number: number }) => number)).toEqual([3, 2]);
    expect(second.headers.get('link')).toMatch(/rel="prev".*rel="next".*rel="last".*rel="first"/);
    expect((await call('GET', `${repo}/issues?per_page=0`)).json).toHaveLength(5);
  });

  test('updated at or after a moment are listed with since, to the second', async () => {
    await call('POST', `${repo}/issues`, { body: issue });
    pass(10);
    await call('POST', `${repo}/issues`, { body: issue });
    pass(10);
    await call('POST', `${repo}/issues/1/comments`, { body: { body: 'news' } });
    const numbers = async (since: string) => {
      const { json } = await call('GET', `${repo}/issues?sort=updated&direction=asc&since=${since}`);
      return json.map(({ number }: { number: number }) => number);
    };
    expect(await numbers('2026-03-01T12:00:00Z')).toEqual([2, 1]);
    expect(await numbers('2026-03-01T12:00:20.900Z')).toEqual([1]);
    expect(await numbers('2026-03-01T12:00:21Z')).toEqual([]);
  });

  test('have titles of at most 256 and bodies of at most 65,536 characters', async () => {
    const fits = await call('POST', `${repo}/issues`, {
      body: { title: 't'.repeat(256), body: 'b'.repeat(65_536) },
    });
    expect(fits.status).toBe(201);
    const long = await call('PATCH', `${repo}/issues/1`, { body: { body: 'b'.repeat(65_537) } });
    expect(long.status).toBe(422);
    expect(long.json.errors[0].message).toBe('body is too long (maximum is 65536 characters)');
    expect((await call('POST', `${repo}/issues`, { body: { title: 't'.repeat(257) } })).status).toBe(422);
  });

  test('cannot be assigned to strangers', async () => {
    const { status, json } = await call('POST', `${repo}/issues`, {
      body: { ...issue, assignees: ['nobody'] },
    });
    expect(status).toBe(422);
    expect(json.errors).toEqual([
      { value: 'nobody', resource: 'Issue', field: 'assignees', code: 'invalid' },
    ]);
  });

  test('may be disabled', async () => {
    github.setIssuesEnabled(false);
    expect((await call('GET', `${repo}/issues`)).status).toBe(410);
    github.setIssuesEnabled(true);
    expect((await call('GET', `${repo}/issues`)).status).toBe(200);
  });
});

describe('comments', () => {
  test('are listed oldest first, and for the whole repository with since', async () => {
    await github.byHand.openIssue('alice', issue);
    await github.byHand.openIssue('alice', issue);
    const first = await github.byHand.comment(1, 'one');
    pass(5);
    await github.byHand.comment(2, 'two');
    const bodies = async (path: string) => {
      const { json } = await call('GET', `${repo}${path}`);
      return json.map(({ body }: { body: string }) => body);
    };
    expect(await bodies('/issues/comments')).toEqual(['one', 'two']);
    expect(await bodies('/issues/comments?since=2026-03-01T12:00:05Z')).toEqual(['two']);
    expect(await bodies('/issues/1/comments?since=2026-03-01T12:00:05Z')).toEqual([]);
    pass(5);
    await github.byHand.editComment(first.id, 'one, edited');
    expect((await github.byHand.comments(1))[0]).toMatchObject({
      body: 'one, edited',
      user: { login: 'alice' },
      created_at: '2026-03-01T12:00:00Z',
      updated_at: '2026-03-01T12:00:10Z',
    });
    await github.byHand.deleteComment(first.id);
    expect(await github.byHand.comments(1)).toEqual([]);
    expect((await github.byHand.issue(1)).comments).toBe(0);
  });
});

describe('people', () => {
  test('need a token that is known', async () => {
    expect((await call('GET', repo, { token: 'wrong' })).status).toBe(401);
    expect((await fetch(`${github.url}${repo}`)).status).toBe(401);
    expect(() => github.tokenOf('nobody')).toThrow('nobody is nobody here.');
    await expect(github.byHand.comment(1, 'x', 'nobody')).rejects.toThrow('nobody is nobody here.');
  });

  test('without access do not see a private repository', async () => {
    expect((await call('GET', repo, { token: github.tokenOf('olga') })).status).toBe(404);
  });

  test('without push access lose labels and assignees without a word, and edit nothing', async () => {
    const token = github.tokenOf('newcomer');
    const opened = await call('POST', `${repo}/issues`, { body: issue, token });
    expect(opened.json).toMatchObject({ labels: [], assignees: [] });
    expect((await call('POST', `${repo}/issues/1/comments`, { body: { body: 'hello' }, token })).status).toBe(
      201,
    );
    expect((await call('PATCH', `${repo}/issues/1`, { body: { state: 'closed' }, token })).status).toBe(403);
    await expect(github.byHand.closeIssue(1, 'rita')).rejects.toThrow('Must have admin rights');
  });

  test('with a workflow token that lacks the permission are told which', async () => {
    const token = github.tokenOf('wanda');
    const { status, headers } = await call('POST', `${repo}/issues`, { body: issue, token });
    expect(status).toBe(403);
    expect(headers.get('x-accepted-github-permissions')).toBe('issues=write');
    expect((await call('GET', repo, { token })).status).toBe(200);
  });
});

test('files are written to the default branch, and over', async () => {
  await github.byHand.writeFile('.github/keyturn.yml', 'version: 1\n');
  await github.byHand.writeFile('.github/keyturn.yml', 'version: 2\n');
  const { json } = await call('GET', `${repo}/contents/.github/keyturn.yml`);
  expect(Buffer.from(json.content, 'base64').toString()).toBe('version: 2\n');
});

describe('limits', () => {
  test('of content creation are answered with 403 and Retry-After', async () => {
    github.setLimits({ creationsPerMinute: 2, creationsPerHour: 3 });
    const open = () => call('POST', `${repo}/issues`, { body: issue });
    await open();
    pass(20);
    await open();
    const third = await open();
    expect(third.status).toBe(403);
    expect(third.headers.get('retry-after')).toBe('40');
    expect(third.json.message).toMatch(/secondary rate limit/);
    expect((await call('GET', `${repo}/issues`)).json).toHaveLength(2);
    pass(40);
    expect((await open()).status).toBe(201);
    pass(60);
    expect((await open()).headers.get('retry-after')).toBe('3480');
  });

  test('of requests an hour are counted for each token', async () => {
    github.setLimits({ requestsPerHour: 2 });
    await call('GET', repo);
    expect((await call('GET', repo)).headers.get('x-ratelimit-remaining')).toBe('0');
    const refused = await call('GET', repo);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('x-ratelimit-reset')).toBe(String(Date.parse('2026-03-01T13:00:01Z') / 1_000));
    expect((await call('GET', repo, { token: github.botToken })).status).toBe(200);
    pass(3_600);
    expect((await call('GET', repo)).status).toBe(200);
  });
});

describe('faults', () => {
  const route = 'POST /repos/{owner}/{repo}/issues';

  test('hit the nth call, before or after it has worked', async () => {
    github.faults.add({ route, nth: 2, status: 502 });
    github.faults.add({ route, nth: 3, when: 'after', status: 504, body: 'gateway', headers: { via: 'x' } });
    const statuses = [];
    for (let number = 0; number < 4; number += 1) {
      statuses.push(
        (await call('POST', `${repo}/issues`, { body: issue }).catch(() => ({ status: 0 }))).status,
      );
    }
    expect(statuses).toEqual([201, 502, 0, 201]);
    expect(await github.byHand.issues()).toHaveLength(3);
  });

  test('cut connections, delay answers and make lists lag', async () => {
    github.faults.add({ route, drop: true, when: 'after' });
    await expect(call('POST', `${repo}/issues`, { body: issue })).rejects.toThrow('fetch failed');
    const list = 'GET /repos/{owner}/{repo}/issues';
    github.faults.add({ route: list, hideNewest: 1, delayMilliseconds: 1 });
    github.faults.latency = 1;
    expect((await call('GET', `${repo}/issues`)).json).toEqual([]);
    expect((await call('GET', `${repo}/issues`)).json).toHaveLength(1);
    github.faults.add({ route: list, status: 500, times: 3 });
    github.faults.clear();
    expect((await call('GET', `${repo}/issues`)).status).toBe(200);
  });
});

test('requests are counted by route, and what people do by hand is not', async () => {
  await github.byHand.openIssue('alice', issue);
  await call('POST', `${repo}/issues/1/labels`, { body: { labels: ['a/b'] } });
  await call('DELETE', `${repo}/issues/1/labels/a%2Fb`);
  await call('GET', repo);
  await call('GET', repo);
  expect(github.requests.byRoute()).toEqual({
    'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': 1,
    'GET /repos/{owner}/{repo}': 2,
    'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': 1,
  });
  expect(github.requests.total).toBe(4);
  expect(github.requests.writes).toBe(2);
  github.requests.clear();
  expect(github.requests.total).toBe(0);
});

test('a request that is no JSON is answered, not fatal', async () => {
  const headers = { authorization: `Bearer ${github.token}` };
  const response = await fetch(`${github.url}${repo}/issues`, { method: 'POST', body: '{', headers });
  expect(response.status).toBe(500);
});
