import type { Policy } from '../policy/schema.ts';
import { fold } from '../trail/fold.ts';
import { readTrail } from '../trail/read-trail.ts';
import { parsePublicKeys } from '../trail/signature.ts';
import type { FindingState } from '../trail/state.ts';
import type { Subject } from '../trail/subject.ts';
import type { Trail } from '../trail/trail.ts';
import type { TrailIssue, World } from './ports.ts';

/** An issue's trail as it reads now, and what it comes to. */
export interface FindingTrail {
  readonly issue: TrailIssue;
  readonly subject: Subject;
  readonly trail: Trail;
  readonly state: FindingState;
  readonly readAt: Date;
}

export async function readFindingTrail(
  world: World,
  policy: Policy,
  issue: TrailIssue,
): Promise<FindingTrail> {
  const comments = await world.comments.list(issue.number);
  const subject = subjectOf(world, issue);
  const trail = readTrail(comments, subject, parsePublicKeys(policy.trail.publicKeys));
  const readAt = world.clock.now();
  return { issue, subject, trail, state: fold(trail.events, readAt), readAt };
}

function subjectOf({ repositoryId }: World, { number, finding }: TrailIssue): Subject {
  return { repositoryId, issue: number, accountId: finding.accountId, userId: finding.userId };
}
