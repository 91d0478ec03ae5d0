import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IamUser } from '../../sandbox/aws/iam-user.ts';
import { World } from '../../sandbox/aws/world.ts';
import { type Stage, startStage } from '../../sandbox/stage.ts';
import { goodScan, openUsers, renewReport } from './catch-up.ts';

let stage: Stage;
let world: World;
let alice: IamUser;

beforeEach(async () => {
  world = new World();
  alice = world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(500) }] });
  world.addRule({ maxAccessKeyAge: 90 });
  world.evaluateRule();
  stage = await startStage({ world });
  await goodScan(stage);
});

afterEach(() => stage.close());

/** What whoever may edit issues can do to the hidden marker. */
async function forge(pattern: RegExp, text: string, change: object = {}): Promise<void> {
  const { body } = await stage.github.byHand.issue(1);
  const forged = (body ?? '').replace(pattern, text);
  expect(forged).not.toBe(body);
  await stage.github.byHand.editIssue(1, { body: forged, ...change }, 'mallory');
}

/** The marker's way to write a date. */
function written(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll('-', String.raw`\u002d`)}Z`;
}

const dates = /"createdAt":"[^"]*","rotatedAt":"[^"]*"/;

describe('a marker that somebody edited', () => {
  test.each(['closed', 'open'])('does not make a finding vanish: the issue is %s', async (state) => {
    await forge(/"createdAt":"[^"]*"/, `"createdAt":"${written(world.daysAgo(2))}"`, { state });

    const run = await goodScan(stage);

    expect(await openUsers(stage)).toEqual(['alice']);
    expect(JSON.parse(run.findings ?? '')).toMatchObject({ findings: [{ userName: 'alice' }] });
  });

  test('nor where the report itself shows a young date, because the key was changed', async () => {
    const changedAt = world.daysAgo(2);
    for (const key of alice.accessKeys) key.statusChangedAt = changedAt;
    renewReport(stage);
    const date = written(changedAt);
    await forge(dates, `"createdAt":"${date}","rotatedAt":"${date}"`, { state: 'closed' });

    await goodScan(stage);

    expect(await openUsers(stage)).toEqual(['alice']);
  });

  test('does not put another key id onto the issue, into the summary or into the findings', async () => {
    const forgedId = 'AKIAPRODUCTIONROBOT1';
    await forge(/"id":"[^"]*"/, `"id":"${forgedId}"`);
    renewReport(stage);

    const run = await goodScan(stage);

    const { body } = await stage.github.byHand.issue(1);
    expect([body, run.summary, run.findings].join('\n')).not.toContain(forgedId);
    expect(run.findings).toContain(alice.accessKeys[0]?.id);
  });
});
