import { KeyturnError } from '../errors.ts';
import { type BrokenTrail, explainBreak } from '../trail/trail.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { World } from './ports.ts';
import { attempt, setHints } from './show.ts';

/** The error that a broken trail is. The hint set with it makes the next scan read the trail and replace the issue. */
export async function brokenTrail(
  world: Pick<World, 'issues' | 'log'>,
  finding: FindingTrail,
  trail: BrokenTrail,
): Promise<KeyturnError> {
  const { number } = finding.issue;
  await attempt(world, `label issue #${number}`, () => setHints(world, finding));
  return new KeyturnError('trail-broken', `The trail of issue #${number} is broken. ${explainBreak(trail)}`);
}
