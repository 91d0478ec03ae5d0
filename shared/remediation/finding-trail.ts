import type { KeyObject } from 'node:crypto';
import { KeyturnError } from '../errors.ts';
import type { Policy } from '../policy/schema.ts';
import { fold } from '../trail/fold.ts';
import { readTrail } from '../trail/read-trail.ts';
import { parsePublicKey } from '../trail/signature.ts';
import type { FindingState } from '../trail/state.ts';
import type { Subject } from '../trail/subject.ts';
import { type BrokenTrail, explainBreak, type Trail } from '../trail/trail.ts';
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
  const trail = readTrail(comments, subject, publicKeysOf(policy));
  const readAt = world.clock.now();
  return { issue, subject, trail, state: fold(trail.events, readAt), readAt };
}

export function brokenTrail({ number }: TrailIssue, trail: BrokenTrail): KeyturnError {
  return new KeyturnError('trail-broken', `The trail of issue #${number} is broken. ${explainBreak(trail)}`);
}

function subjectOf({ repositoryId }: World, { number, finding }: TrailIssue): Subject {
  return { repositoryId, issue: number, accountId: finding.accountId, userId: finding.userId };
}

function publicKeysOf({ trail }: Policy): KeyObject[] {
  return trail.publicKeys.flatMap((text) => {
    const parsed = parsePublicKey(text);
    return parsed.ok ? [parsed.key] : [];
  });
}
