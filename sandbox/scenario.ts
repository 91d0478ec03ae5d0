import { World } from './aws/world.ts';

/**
 * Ten users that show every case. The first two are those of AWS's own article on this rule and runbook: one key was
 * never used, the other one was used today. Whole days back from `now`.
 */
export function tenUsers(now: () => Date): World {
  const world = new World({ now });
  const ago = (days: number): Date => world.daysAgo(days);
  const old = { createdAt: ago(120) };
  const usedToday = { createdAt: ago(200), lastUsed: { at: ago(0.1), service: 's3', region: 'us-east-1' } };

  world.addUser({ name: 'alice', keys: [old], tags: { owner: 'alice' } });
  world.addUser({ name: 'bob', keys: [usedToday], tags: { owner: 'bob' } });
  // The runbook would also delete this user's console password.
  world.addUser({
    name: 'carol',
    keys: [{ createdAt: ago(150), lastUsed: { at: ago(110), service: 'ec2', region: 'eu-west-1' } }],
    loginProfile: { createdAt: ago(300) },
    passwordLastUsedAt: ago(140),
  });
  // In the middle of a rotation: the new key must stay.
  world.addUser({
    name: 'dave',
    keys: [{ createdAt: ago(91) }, { createdAt: ago(3), lastUsed: { at: ago(1), service: 'sqs' } }],
  });
  world.addUser({ name: 'erin', keys: [{ createdAt: ago(20) }] });
  world.addUser({
    name: 'frank',
    keys: [{ createdAt: ago(400), status: 'Inactive', statusChangedAt: ago(30) }],
  });
  const renamed = world.addUser({ name: 'grace', keys: [{ createdAt: ago(95) }] });
  // Two keys over age, of which the runbook would deactivate one.
  world.addUser({
    name: 'heidi',
    keys: [
      { createdAt: ago(500), lastUsed: { at: ago(2), service: 'dynamodb', region: 'eu-central-1' } },
      { createdAt: ago(250), lastUsed: { at: ago(180), service: 'sts' } },
    ],
    loginProfile: { createdAt: ago(40) },
  });
  const ivan = world.addUser({ name: 'ivan', keys: [{ createdAt: ago(130) }] });
  // Whoever may tag users may not write into issues.
  world.addUser({
    name: 'judy',
    keys: [{ createdAt: ago(365), lastUsed: { at: ago(100) } }],
    tags: { owner: '@security-team <img src=x> | [click](javascript:alert(1)) -->' },
  });

  world.addRule({ maxAccessKeyAge: 90 });
  world.evaluateRule();
  // AWS Config does not know of these two changes yet: a new name, and a key deactivated by hand.
  world.renameUser(renamed, 'grace.hopper');
  for (const key of ivan.accessKeys) {
    key.status = 'Inactive';
    key.statusChangedAt = ago(0);
  }
  return world;
}
