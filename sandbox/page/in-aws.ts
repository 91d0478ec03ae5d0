/** What people do in AWS behind Keyturn's back. */
import { type IamKey, type IamUser, setStatus } from '../aws/iam-user.ts';
import type { World } from '../aws/world.ts';

/** IAM allows a user so many. */
const mostKeys = 2;

/** Some program uses the key at this moment. */
export function useKey(world: World, keyId: string): void {
  const { key } = find(world, keyId);
  if (key.status !== 'Active') throw new Error(`${keyId} is ${key.status}: AWS refuses whoever uses it.`);
  key.lastUsed = { at: world.now(), service: 's3', region: world.account().region };
}

/** Makes a new key; the old one becomes Inactive, or is deleted where the user may have no third one. */
export function rotateKey(world: World, keyId: string): void {
  const { user, key } = find(world, keyId);
  if (user.accessKeys.length >= mostKeys) user.accessKeys.splice(user.accessKeys.indexOf(key), 1);
  else setStatus(key, 'Inactive', world.now());
  world.addKey(user, { createdAt: world.daysAgo(0) });
}

export function switchKey(world: World, keyId: string): void {
  const { key } = find(world, keyId);
  setStatus(key, key.status === 'Active' ? 'Inactive' : 'Active', world.now());
}

/** Hours pass for Config alone: it records every user and evaluates its rule with a fresh credential report. */
export function letConfigCatchUp(world: World): void {
  const account = world.account();
  for (const user of account.users.values()) world.recordUser(user);
  account.report.latest = undefined;
  world.evaluateRule();
}

function find(world: World, keyId: string): { user: IamUser; key: IamKey } {
  for (const user of world.account().users.values()) {
    const key = user.accessKeys.find(({ id }) => id === keyId);
    if (key) return { user, key };
  }
  throw new Error(`There is no key ${keyId}.`);
}
