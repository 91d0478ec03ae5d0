import type { AccessKey, UserSnapshot } from '../keys/user-snapshot.ts';
import type { FindingTrail } from './finding-trail.ts';
import { refuseBeginning } from './last-look.ts';
import type { World } from './ports.ts';
import { type Ending, isTooOld, type StartedRequest } from './step.ts';

/** Milliseconds before each attempt at one key; the SDK has repeated what it may by then. */
const attempts = [0, 1_000, 4_000];

/**
 * Strict and undo: sets the listed keys, one by one, and no others. A key that has its status already, or is gone, is
 * left alone, so this may be repeated; a key that fails does not keep the next from being done.
 *
 * @param barred why nothing may be written
 */
export async function setKeys(
  world: World,
  finding: FindingTrail,
  request: StartedRequest,
  barred: string | undefined,
): Promise<Ending> {
  const { issue } = finding;
  const { keyIds, mode } = request.started.data;
  const [from, to] = mode === 'undo' ? (['Inactive', 'Active'] as const) : (['Active', 'Inactive'] as const);
  const user = await world.users.readUser(issue.finding, issue.userName);
  if (!user) return { kind: 'ended', ended: 'not started', error: 'IAM has no such user any more.' };
  const due = keyIds.filter((id) => statusOf(user, id) === from);
  if (due.length === 0) return { kind: 'ended', ended: 'success' };
  const why = barred ?? (isTooOld(request, world.clock.now()) ? late : undefined);
  if (why !== undefined) return undone(due, keyIds, why);
  const refusal = await refuseBeginning(world, finding, request);
  if (refusal !== undefined) return undone(due, keyIds, refusal);
  const errors: string[] = [];
  for (const id of due) {
    const error = await setKey(world, user, id, to);
    if (error !== undefined) errors.push(`${id}: ${error}`);
  }
  if (errors.length === 0) return { kind: 'ended', ended: 'success' };
  return { kind: 'ended', ended: 'failed', error: errors.join(' ') };
}

/** What was not done within the hour is not done any more. */
const late = 'It was interrupted for too long';

function undone(due: readonly string[], all: readonly string[], why: string): Ending {
  return {
    kind: 'ended',
    ended: due.length === all.length ? 'not started' : 'failed',
    error: `${why}; not done: ${due.join(', ')}.`,
  };
}

/** Undefined: done. Otherwise why not, for people. */
async function setKey(
  world: World,
  user: UserSnapshot,
  keyId: string,
  status: 'Active' | 'Inactive',
): Promise<string | undefined> {
  let failure: unknown;
  for (const pause of attempts) {
    if (pause > 0) await world.clock.sleep(pause);
    try {
      await world.users.setKeyStatus(user, keyId, status);
      return undefined;
    } catch (error) {
      failure = error;
    }
  }
  return failure instanceof Error ? failure.message : 'unknown error';
}

function statusOf(user: UserSnapshot, keyId: string): AccessKey['status'] | undefined {
  return user.accessKeys.find(({ id }) => id === keyId)?.status;
}
