import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findButton, press, textOf } from '../../sandbox/at-work.ts';
import { Witness } from '../../sandbox/checker/witness.ts';
import { comeToRest } from '../../sandbox/come-to-rest.ts';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';
import { ask, scanAll, trailOf } from './bot-at-work.ts';
import { approveBulk, bulkCard, bulkIssues, closedBulks } from './bulk-at-work.ts';
import { goodScan } from './catch-up.ts';

const whole = ['requested', 'approved', 'approved', 'started', 'finished', 'verified'];
const comment = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';

let loop: Loop;
let witness: Witness;
beforeAll(async () => {
  loop = await startLoop({ editPolicy: (text) => `${text}limits: {keysDeactivatedPerDay: 100}\n` });
  Object.assign(loop.aws.world.automation, { pendingMs: 20, inProgressMs: 50 });
  loop.aws.world.addRule({ maxAccessKeyAge: 90 });
  witness = new Witness(loop, { keysDeactivatedPerDay: 100 });
});
afterAll(() => loop.close());

async function addIdle(...names: string[]): Promise<void> {
  const { world } = loop.aws;
  for (const name of names) world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  witness.note();
  await scanAll(loop);
}

const statusOf = (user: string) => loop.aws.world.userNamed(user).accessKeys.map(({ status }) => status);

function executionsOf(user: string): number {
  const { id } = loop.aws.world.userNamed(user);
  const { executions } = loop.aws.world.automation;
  return executions.filter(({ parameters }) => parameters['IAMResourceId']?.includes(id)).length;
}

function audit(): Promise<{ code: number; stdout: string }> {
  const { github } = loop;
  const env = { ...process.env, GITHUB_API_URL: github.url, GITHUB_TOKEN: github.botToken };
  const script = join(import.meta.dirname, '../../scripts/audit.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [script, github.repository, '--all'], { env }, (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout });
    });
  });
}

test('several users, approved by two people: outcomes on every issue, and the bulk issue is closed', async () => {
  const names = ['ada', 'bert', 'cleo', 'dora'];
  const { world } = loop.aws;
  const lastUsed = { at: world.daysAgo(0.1), service: 's3', region: 'us-east-1' };
  world.addUser({ name: 'busy', keys: [{ createdAt: world.daysAgo(200), lastUsed }] });
  await addIdle(...names);

  expect(await ask(loop, 'alice', '/keys remediate --all-unused the vendor left')).toContain('*Requested*');
  const card = await bulkCard(loop, (text) => text.includes('Approve'));
  expect(textOf(card)).toContain('the vendor left');
  await approveBulk(loop, 'sam');
  expect(names.map(executionsOf)).toEqual([0, 0, 0, 0]);
  await approveBulk(loop, 'kim');
  await closedBulks(loop, 1);

  for (const name of names) {
    expect(statusOf(name)).toEqual(['Inactive']);
    expect(executionsOf(name)).toBe(1);
    const { trail, issue, state } = await trailOf(loop, name);
    expect(trail.events.map(({ type }) => type)).toEqual(whole);
    expect(state.ignored).toEqual([]);
    expect(issue.state).toBe('closed');
    expect(await loop.github.byHand.comments(issue.number)).toHaveLength(2);
  }
  expect(statusOf('busy')).toEqual(['Active']);
  expect((await trailOf(loop, 'busy')).trail.events).toEqual([]);
  const [bulk] = await bulkIssues(loop);
  expect(bulk?.body).toContain('`busy`');
  const { replies } = await bulkCard(loop, (text) => text.includes('4 as predicted'));
  for (const name of names) {
    expect(replies.filter(({ text }) => text.startsWith(`\`${name}\``))).toHaveLength(1);
  }

  const { log } = await goodScan(loop);
  expect(log).not.toContain('names no finding');
  expect((await bulkIssues(loop)).map(({ state }) => state)).toEqual(['closed']);
  const { code, stdout } = await audit();
  expect(stdout.match(new RegExp(`approved in bulk on #${bulk?.number}: verified there`, 'g'))).toHaveLength(
    4,
  );
  expect(code).toBe(0);
  expect(await comeToRest(loop, witness)).toEqual([]);
}, 180_000);

test('kill -9 in the middle: the next process begins the rest, and nobody twice', async () => {
  const names = Array.from({ length: 6 }, (_, n) => `left-${n}`);
  await addIdle(...names);
  await ask(loop, 'alice', '/keys remediate --all-unused');
  await approveBulk(loop, 'sam');
  let isDead = false;
  const kill = () => {
    isDead = true;
    void loop.bot.end('SIGKILL');
  };
  // The second approval, then the first users.
  loop.github.faults.add({ route: comment, nth: 4, when: 'after', drop: true, onFailure: kill });
  await approveBulk(loop, 'kim').catch(() => undefined);
  await until('the death of the bot', () => isDead || undefined);
  await loop.startBot();
  await closedBulks(loop, 2);
  for (const name of names) {
    expect(executionsOf(name)).toBe(1);
    expect(statusOf(name)).toEqual(['Inactive']);
    const { trail, issue, state } = await trailOf(loop, name);
    expect(trail.events.map(({ type }) => type)).toEqual(whole);
    expect(state.ignored).toEqual([]);
    expect(issue.state).toBe('closed');
  }
  expect((await audit()).code).toBe(0);
  expect(await comeToRest(loop, witness)).toEqual([]);
}, 180_000);

test('Stop in the middle: nobody is begun any more, and what runs is seen to its end', async () => {
  loop.aws.world.automation.inProgressMs = 2_000;
  const names = Array.from({ length: 16 }, (_, n) => `many-${n}`);
  await addIdle(...names);
  await ask(loop, 'alice', '/keys remediate --all-unused');
  await approveBulk(loop, 'sam');
  await approveBulk(loop, 'kim');
  const card = await bulkCard(loop, (_, shown) => findButton(shown, 'Stop') !== undefined);
  await until('a first execution', () => names.some((name) => executionsOf(name) > 0) || undefined);
  await press(loop, 'alice', card, 'Stop');
  await bulkCard(loop, (text) => text.includes('*Stopped*'));
  const started = names.filter((name) => executionsOf(name) > 0).length;
  // Who was begun is over; what had not reached AWS is looked for there for three minutes, and ends as not started.
  await until('the outcomes of those who run', () => {
    const begun = names.filter((name) => executionsOf(name) > 0);
    return begun.every((name) => statusOf(name).includes('Inactive')) || undefined;
  });
  const after = names.filter((name) => executionsOf(name) > 0);
  // What was on its way to AWS when Stop was recorded may still arrive.
  expect(after.length - started).toBeLessThanOrEqual(4);
  expect(after.length).toBeLessThan(names.length);
  for (const name of names) expect(statusOf(name)).toEqual([after.includes(name) ? 'Inactive' : 'Active']);
  expect(await ask(loop, 'kim', '/keys pending')).toMatch(
    /Bulk request for.*(stopped|finished)|Nothing waits/s,
  );
}, 180_000);
