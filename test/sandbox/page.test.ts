/** The page's server without a browser: what it gives to whom, and what it does. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLoop } from '../../sandbox/loop.ts';
import type { Act } from '../../sandbox/page/acts.ts';
import type { Scene } from '../../sandbox/page/scene.ts';
import { startPage } from '../../sandbox/page/start.ts';
import { tenUsers } from '../../sandbox/scenario.ts';

let loop: Awaited<ReturnType<typeof startLoop>>;
let page: Awaited<ReturnType<typeof startPage>>;

beforeAll(async () => {
  loop = await startLoop({ world: tenUsers(() => new Date()) });
  page = await startPage(loop);
});
afterAll(async () => {
  await page.close();
  await loop.close();
});

const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = json) =>
  fetch(`${page.url}act`, { method: 'POST', headers, body });
const act = async (what: Act | object) => (await post(JSON.stringify(what))).json();
const world = () => loop.aws.world;
const keyOf = (user: string, at = 0) => world().userNamed(user).accessKeys[at];

/** Follows the scenes until one is as wanted. */
async function sceneWhere(isSo: (scene: Scene) => boolean): Promise<Scene> {
  const abort = new AbortController();
  const response = await fetch(`${page.url}events`, { signal: abort.signal });
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    const scenes = events.flatMap((event) => (event.startsWith('data: ') ? [event.slice(6)] : []));
    const found = scenes.map((data): Scene => JSON.parse(data)).find(isSo);
    if (!found) continue;
    abort.abort();
    return found;
  }
  throw new Error('The stream ended');
}

describe('what is served', () => {
  test('the page, its parts and its libraries; with a strict policy', async () => {
    const response = await fetch(page.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await response.text();
    expect(html).not.toMatch(/<script>|<style|\son\w+=/);
    for (const [, path = ''] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
      expect((await fetch(page.url + path)).status).toBe(200);
    }
    const library = await fetch(`${page.url}node_modules/lit-html/lit-html.js`);
    expect(library.headers.get('content-type')).toContain('text/javascript');
  });

  test.each([
    'package.json',
    'sandbox/page/start.ts',
    'sandbox/page/browser/none.js',
    'node_modules/ws/index.js',
  ])('%s is not served', async (path) => {
    expect((await fetch(page.url + path)).status).toBe(404);
  });

  test('nothing without the token', async () => {
    const { origin } = new URL(page.url);
    expect((await fetch(origin)).status).toBe(404);
    expect((await fetch(`${origin}/act`, { method: 'POST' })).status).toBe(404);
  });
});

describe('acts', () => {
  test('only JSON, of a sensible size, by POST', async () => {
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(`"${'x'.repeat(200_001)}"`)).status).toBe(413);
    expect((await fetch(page.url, { method: 'PUT' })).status).toBe(405);
  });

  test.each(['{', '{}', '{"act":"say","who":"mallory","text":"hi"}'])('%s makes no sense', async (body) => {
    expect(await (await post(body)).json()).toEqual({ problem: expect.any(String) });
  });

  test('by hand in AWS: use, rotate, switch; what cannot be done says why', async () => {
    const [used, rotated, full] = [keyOf('alice'), keyOf('grace.hopper'), keyOf('heidi')];
    expect(await act({ act: 'use-key', keyId: used?.id })).toEqual({});
    expect(used?.lastUsed?.service).toBe('s3');
    await act({ act: 'rotate-key', keyId: rotated?.id });
    expect(
      world()
        .userNamed('grace.hopper')
        .accessKeys.map(({ status }) => status),
    ).toEqual(['Inactive', 'Active']);
    await act({ act: 'rotate-key', keyId: full?.id });
    expect(world().userNamed('heidi').accessKeys).toHaveLength(2);
    expect(world().userNamed('heidi').accessKeys).not.toContain(full);
    expect(await act({ act: 'use-key', keyId: rotated?.id })).toEqual({
      problem: expect.stringContaining('Inactive'),
    });
    await act({ act: 'switch-key', keyId: rotated?.id });
    expect(rotated?.status).toBe('Active');
    await act({ act: 'switch-key', keyId: rotated?.id });
    expect(rotated?.status).toBe('Inactive');
    expect(await act({ act: 'use-key', keyId: 'AKIANONE' })).toEqual({
      problem: 'There is no key AKIANONE.',
    });
  });

  test('scene: what Config has not noticed is called stale, until it has caught up', async () => {
    const stale = (name: string) => (scene: Scene) =>
      scene.aws.users.find((user) => user.name === name)?.stale;
    const before = await sceneWhere(() => true);
    expect(stale('ivan')(before)).toBe('not re-evaluated yet');
    expect(stale('grace.hopper')(before)).toBe('recorded as grace');
    await act({ act: 'config-catches-up' });
    await sceneWhere((scene) => !stale('ivan')(scene) && !stale('grace.hopper')(scene));
  });

  test('a modal: opened by a command, its errors by field, closed', async () => {
    await act({ act: 'say', who: 'kim', text: '/keys remediate' });
    const scene = await sceneWhere(({ slack }) => slack.views.kim.length > 0);
    const viewId = scene.slack.views.kim[0]?.id;
    const values = { keyturn_user: 'no name!', keyturn_mode: 'strict' };
    expect(await act({ act: 'submit', who: 'kim', viewId, values })).toEqual({
      errors: { keyturn_user: expect.stringContaining('no IAM user name') },
    });
    const lacking = { act: 'click-in-view', who: 'kim', viewId, actionId: 'none' };
    expect(await act(lacking)).toEqual({ problem: expect.stringContaining('none') });
    await act({ act: 'close', who: 'kim', viewId });
    await sceneWhere(({ slack }) => slack.views.kim.length === 0);
    expect(await act({ act: 'close', who: 'kim', viewId })).toEqual({ problem: expect.any(String) });
  });

  test('words to the channel, a whisper to one person', async () => {
    await act({ act: 'say', who: 'olivia', text: 'Good morning' });
    await act({ act: 'say', who: 'olivia', text: '/keys whoami' });
    const scene = await sceneWhere(({ slack }) => slack.ephemerals.olivia.length > 0);
    expect(scene.slack.threads.at(-1)).toMatchObject({
      author: 'olivia',
      text: 'Good morning',
      isBot: false,
    });
    expect(scene.slack.ephemerals.alice).toEqual([]);
  });

  test('a killed bot answers nobody, and the next one does', async () => {
    await act({ act: 'kill-bot-in-flight', on: true });
    await act({ act: 'kill-bot' });
    await act({ act: 'kill-bot' });
    const command = { act: 'say', who: 'alice', text: '/keys help' };
    expect(await act(command)).toEqual({ problem: expect.stringContaining('does not answer') });
    await sceneWhere(({ bot }) => !bot.isRunning);
    await act({ act: 'start-bot' });
    await act({ act: 'start-bot' });
    expect(await act(command)).toEqual({});
  });

  test('a scan, its issues, and one at a time', async () => {
    const [first, second] = await Promise.all([act({ act: 'scan' }), act({ act: 'scan' })]);
    expect([first, second]).toContainEqual({ problem: 'The scan runs already.' });
    const scene = await sceneWhere(({ scan }) => scan?.exitCode === 0);
    expect(scene.github.issues.length).toBeGreaterThan(3);
    expect(scene.github.issues[0]).toMatchObject({ state: 'open', trail: { state: 'none' }, comments: [] });
    expect(scene.scan?.log.length).toBeGreaterThan(0);
  });

  test('a request, killed in mid-flight, resumed; then its trail is tampered with', async () => {
    await act({ act: 'say', who: 'alice', text: '/keys remediate judy she left' });
    const actionId = 'keyturn_open_approval';
    const card = ({ slack }: Scene) =>
      slack.threads.find(({ text }) => text.startsWith('Runbook for `judy`'));
    const asked = await sceneWhere((scene) => JSON.stringify(card(scene)?.blocks ?? '').includes(actionId));
    const ts = card(asked)?.ts;
    await act({ act: 'click', who: 'sam', ts, actionId });
    const shown = await sceneWhere(({ slack }) => slack.views.sam.some(({ submit }) => submit));
    await act({ act: 'kill-bot-in-flight', on: true });
    await act({ act: 'submit', who: 'sam', viewId: shown.slack.views.sam[0]?.id, values: {} });
    await sceneWhere(({ bot }) => !bot.isRunning && !bot.killsInFlight);
    await act({ act: 'start-bot' });
    const about = ({ github }: Scene) => github.issues.find(({ title }) => title.includes(' judy '));
    const done = await sceneWhere((scene) => about(scene)?.state === 'closed');
    expect(done.aws.executions).toMatchObject([{ user: 'judy', status: 'Success' }]);
    expect(about(done)).toMatchObject({
      trail: { state: 'verified', envelopes: 3 },
      comments: [{ seal: { seq: 1 } }, {}, {}],
    });
    const [first] = about(done)?.comments ?? [];
    await act({ act: 'edit-comment', id: first?.id, body: `Nothing. ${first?.body}` });
    const broken = await sceneWhere((scene) => about(scene)?.trail.state === 'broken');
    expect(about(broken)?.trail).toMatchObject({
      why: expect.stringContaining('was changed'),
      atComment: first?.id,
    });
  });
});

test("the browser's own files pass the type check", () => {
  const root = join(import.meta.dirname, '..', '..');
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'sandbox/page/browser'];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
