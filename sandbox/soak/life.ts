import type { IamUser } from '../aws/iam-user.ts';
import type { World } from '../aws/world.ts';
import type { HandMade } from '../checker/observed.ts';

/** About so many users there are at once. */
const population = 18;

/** What people do in AWS on one day: they come, use keys, rotate them, turn them on again, and leave. */
export function liveADay(world: World, random: () => number, note: (change: HandMade) => void): void {
  const account = world.account();
  const users = [...account.users.values()];
  // The first day there are many already.
  if (users.length === 0 || random() < 0.025) addTeam(world);
  for (
    let more = users.length === 0 ? population / 2 : 1;
    more > 0 && account.users.size < population;
    more -= 1
  ) {
    addSomebody(world, random);
  }
  for (const user of users) {
    useKeys(world, user, random);
    if (random() < 0.01) rotate(world, user, note);
    if (random() < 0.004) reactivate(world, user, note);
    if (random() < 0.04 && user.accessKeys.every(({ status }) => status !== 'Active')) {
      world.forgetUser(user);
      world.deleteUser(user);
    }
  }
  account.report.latest = undefined;
  world.evaluateRule();
}

let count = 0;

function addSomebody(world: World, random: () => number): void {
  count += 1;
  const createdAt = world.daysAgo(Math.floor(random() * 89));
  const second = random() < 0.3 ? [{ createdAt: world.daysAgo(Math.floor(random() * 60)) }] : [];
  world.addUser({
    name: `user-${count}`,
    keys: [{ createdAt }, ...second],
    ...(random() < 0.3 && { loginProfile: { createdAt }, passwordLastUsedAt: createdAt }),
  });
}

/** People who came together and never used their keys, which come of age together: one request for all will do. */
function addTeam(world: World): void {
  const createdAt = world.daysAgo(88);
  for (let member = 0; member < 16; member += 1) {
    count += 1;
    world.addUser({ name: `idle-${count}`, keys: [{ createdAt }] });
  }
}

/** Some work every other day, some never: the runbook treats them differently. */
function useKeys(world: World, user: IamUser, random: () => number): void {
  if (user.name.startsWith('idle') || user.id.charCodeAt(user.id.length - 1) % 2 === 0) return;
  for (const key of user.accessKeys) {
    if (key.status === 'Active' && random() < 0.5)
      key.lastUsed = { at: world.daysAgo(0), service: 's3', region: 'us-east-1' };
  }
}

function rotate(world: World, user: IamUser, note: (change: HandMade) => void): void {
  const [oldest] = user.accessKeys;
  if (!oldest || user.accessKeys.length > 1) return;
  world.addKey(user, { createdAt: world.daysAgo(0) });
  setByHand(world, oldest, 'Inactive', note);
}

function reactivate(world: World, user: IamUser, note: (change: HandMade) => void): void {
  const key = user.accessKeys.find(({ status }) => status === 'Inactive');
  if (key) setByHand(world, key, 'Active', note);
}

function setByHand(
  world: World,
  key: IamUser['accessKeys'][number],
  status: 'Active' | 'Inactive',
  note: (change: HandMade) => void,
): void {
  key.status = status;
  key.statusChangedAt = world.daysAgo(0);
  note({ keyId: key.id, status });
}
