import { createHash } from 'node:crypto';
import { z } from 'zod';
import { accountId, userId } from './bounds.ts';

/** What a trail is about. It makes an envelope worthless on any other issue and for any other user. */
export const subjectSchema = z.strictObject({
  /** GitHub's numeric id: a renamed or moved repository keeps it. */
  repositoryId: z.int().positive(),
  issue: z.int().positive(),
  accountId,
  /** Absent on the issue of a bulk request. */
  userId: userId.exactOptional(),
});

export type Subject = z.infer<typeof subjectSchema>;

/** The subject as JSON with its fields in one fixed order: the same text for the same subject. */
function canonicalSubject({ repositoryId, issue, accountId, userId }: Subject): string {
  return JSON.stringify({ repositoryId, issue, accountId, userId });
}

export function isSameSubject(one: Subject, other: Subject): boolean {
  return canonicalSubject(one) === canonicalSubject(other);
}

/** What the first envelope of a trail names as its predecessor. */
export function originOf(subject: Subject): string {
  return createHash('sha256').update(canonicalSubject(subject)).digest('hex');
}
