/** The loop in an organization: the bot's process runs with its role of the security account, as on ECS. */
import type { UserSeed } from '../../sandbox/aws/iam-user.ts';
import { World } from '../../sandbox/aws/world.ts';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import { addAccounts, withAggregator } from '../bot/organization.ts';

export async function startOrganization(): Promise<Loop> {
  const world = new World();
  Object.assign(world.automation, { pendingMs: 20, inProgressMs: 50 });
  const { security, botRole } = addAccounts(world);
  const keyId = world.newId('ASIA');
  world.sessions.set(keyId, {
    accountId: security.id,
    role: botRole,
    name: 'ecs-task',
    sourceIdentity: undefined,
    expiresAt: new Date(Date.now() + 6 * 3_600_000),
  });
  const env = { AWS_ACCESS_KEY_ID: keyId, AWS_SESSION_TOKEN: `standin-session-${keyId}` };
  return startLoop({ world, editPolicy: withAggregator, env });
}

/** A user with one key that nobody ever used, and the issue that a scan would open. */
export async function openFinding(
  { aws, github }: Pick<Loop, 'aws' | 'github'>,
  name: string,
  account: string,
  changes: Partial<UserSeed> = {},
) {
  const { world } = aws;
  const user = world.addUser({ name, account, keys: [{ createdAt: world.daysAgo(120) }], ...changes });
  const remembered = { userName: name, readIn: '2026-11', keys: [] };
  const marker = writeMarker({ accountId: account, userId: user.id, remembered });
  const title = `Old access key: IAM user ${name} in account ${account}`;
  await github.byHand.openIssue('keyturn[bot]', {
    title,
    body: `A finding\n\n${marker}`,
    labels: ['keyturn'],
  });
  return user;
}
