import { expect } from '@jest/globals';
import type { ActionRun } from '../../sandbox/run-action.ts';
import type { ScanOptions, Stage } from '../../sandbox/stage.ts';

/** AWS makes a new credential report at the next asking; Config still says what it said. */
export function renewReport({ aws }: Stage, accountId?: string): void {
  aws.world.account(accountId).report.latest = undefined;
}

/** AWS Config sees users, names and keys as they are now. */
export function configCatchesUp(stage: Stage, accountId?: string): void {
  const { world } = stage.aws;
  const account = world.account(accountId);
  for (const { id } of account.config.recordedUsers.values()) account.config.recordedUsers.delete(id);
  for (const user of account.users.values()) world.recordUser(user);
  renewReport(stage, accountId);
  world.evaluateRule(account);
}

/** A scan that must succeed; the whole log is shown when it does not. */
export async function goodScan(stage: Stage, options?: ScanOptions): Promise<ActionRun> {
  const run = await stage.scan(options);
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  return run;
}

/** Titles' user names of the open issues, in order of their numbers. */
export async function openUsers(stage: Stage): Promise<string[]> {
  const issues = await stage.github.byHand.issues();
  return issues
    .filter(({ state }) => state === 'open')
    .map(({ title }) => /IAM user (\S+)/.exec(title)?.[1] ?? title);
}
