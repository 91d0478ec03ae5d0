import { expect, test } from '@jest/globals';
import { readEvidence } from '../../bot/actions/approval.ts';
import { createJournal } from '../../bot/journal.ts';
import { createLog } from '../../bot/log.ts';
import type { LiveUsers } from '../../shared/remediation/ports.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { issue, pendingRequest } from '../fakes/slack-blocks.ts';
import { userSnapshot } from '../fakes/user-snapshot.ts';

const never = () => new Promise<never>(() => undefined);

/** What an approval shows of the user when IAM answers so, and whether its patience ends. */
function evidenceWhen(readUser: LiveUsers['readUser'], isLate: boolean) {
  const world = new Surroundings().boot();
  const request = pendingRequest();
  if (request.status !== 'pending') throw new Error(request.status);
  const clock = { ...world.clock, sleep: isLate ? async () => undefined : never };
  const users = { ...world.users, readUser };
  const journal = createJournal(createLog([], () => undefined));
  return readEvidence({ world: { ...world, users, clock }, journal }, { issue, request });
}

test('an approval waits no longer than a moment for what only informs', async () => {
  expect(await evidenceWhen(never, true)).toBeUndefined();
  expect(await evidenceWhen(async () => userSnapshot(), false)).toMatchObject({ keys: expect.anything() });
  expect(await evidenceWhen(() => Promise.reject(new Error('no')), false)).toBeUndefined();
});
