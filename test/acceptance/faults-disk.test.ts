import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { remediate } from '../../sandbox/persistent-people.ts';
import { openUsers } from './catch-up.ts';
import { expectSound, startTrouble, type Trouble } from './faults-stage.ts';

/** A device that is always full: whoever writes to it is told ENOSPC. */
const full = '/dev/full';

let trouble: Trouble;
let shut: string;
beforeAll(async () => {
  trouble = await startTrouble(['ada', 'bea']);
  shut = mkdtempSync(join(tmpdir(), 'keyturn-shut-'));
  chmodSync(shut, 0o500);
});
afterAll(async () => {
  rmSync(shut, { recursive: true });
  await trouble.loop.close();
});

test.each([
  ['GITHUB_STEP_SUMMARY', full, /ENOSPC/],
  ['GITHUB_OUTPUT', full, /ENOSPC/],
  ['RUNNER_TEMP', '/proc/keyturn', /ENOENT/],
])(
  '%s cannot be written: the issues are there, and the job fails and says why',
  async (variable, place, reason) => {
    const { loop } = trouble;
    const { world } = loop.aws;
    world.addUser({ name: variable.toLowerCase(), keys: [{ createdAt: world.daysAgo(120) }] });
    world.account().report.latest = undefined;
    world.evaluateRule();
    const run = await loop.scan({ env: { [variable]: place } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(reason);
    expect(run.log).toContain('The scan is done');
    expect(run.log).not.toContain('unforeseen');
    expect(await openUsers(loop)).toContain(variable.toLowerCase());
  },
);

test('a scan that could not see everything says that, too', async () => {
  const { loop } = trouble;
  loop.aws.faults.deny('GetComplianceDetailsByConfigRule');
  const denied = await loop.scan({ env: { GITHUB_STEP_SUMMARY: full } });
  expect(denied.log).toContain('config:GetComplianceDetailsByConfigRule');
  loop.aws.faults.clear();
  const { world } = loop.aws;
  world.addUser({ name: 'unseen', keys: [{ createdAt: world.daysAgo(120) }] });
  world.account().report.latest = undefined;
  world.evaluateRule();
  loop.aws.faults.deny('ListAccessKeys');
  const run = await loop.scan({ env: { GITHUB_STEP_SUMMARY: full } });
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/ENOSPC/);
  expect(run.log).toMatch(/does not show the whole picture/);
  loop.aws.faults.clear();
});

test('the bot writes no file: with nowhere to write it does its work', async () => {
  const { loop } = trouble;
  await loop.bot.end('SIGTERM');
  await loop.startBot({ TMPDIR: shut, HOME: shut, NODE_COMPILE_CACHE: join(shut, 'cache') });
  await remediate(loop, { user: 'ada' });
  await expectSound(trouble);
}, 200_000);
