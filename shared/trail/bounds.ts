import { z } from 'zod';

/**
 * The forms of the values that events carry. Every string has a bound, so that the largest envelope fits into one
 * GitHub comment (65,536 characters): whoever makes an event shortens prose first.
 */

/** Longest AWS output that an event keeps, in characters. AWS itself forgets it after 30 days. */
export const outputLimit = 4_000;
/** Longest reason or error, in characters. */
export const proseLimit = 500;
/** Longest entry of a list of explanations, in characters. */
export const noteLimit = 200;

/** ISO-8601 in UTC, as `Date.toISOString` writes it. */
export const instant = z.iso.datetime({ precision: 3 }).max(24);
export const accountId = z.string().regex(/^\d{12}$/);
/** The unique id of an IAM user (`AIDA…`). */
export const userId = z.string().regex(/^\w{1,128}$/);
export const userName = z.string().regex(/^[\w+=,.@-]{1,64}$/);
/** Of an IAM user or role. Their paths may hold every character from ! to DEL. Source: IAM's CreateUser, Path. */
export const arn = z
  .string()
  .regex(/^arn:[\w-]+:iam::\d{12}:[\x21-\x7f]+$/)
  .max(1_000);
export const keyId = z.string().regex(/^\w{1,128}$/);
/** IAM allows two keys a user; a rotation in between makes four. */
export const maxKeys = 5;
/** Users of one bulk request: so many that the largest of its envelopes fits into one comment. */
export const maxBulkUsers = 150;
export const keyIds = z.array(keyId).max(maxKeys);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const requestId = z.uuid();
/** Text of people and of AWS: untrusted, to be escaped wherever it is shown. */
export const prose = z.string().max(proseLimit);
export const note = z.string().max(noteLimit);
export const notes = z.array(note).max(10);
