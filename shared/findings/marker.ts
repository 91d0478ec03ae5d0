import { z } from 'zod';
import type { RememberedUser } from '../keys/evidence.ts';
import { accountId } from '../trail/bounds.ts';
import { readHiddenLine, writeHiddenLine } from '../trail/hidden-line.ts';
import { parseJson } from '../trail/parse-json.ts';
import type { Subject } from './subject.ts';

const moment = z.iso.datetime({ offset: true });

const rememberedUser = z.strictObject({
  userName: z.string().min(1),
  readIn: z.string().regex(/^\d{4}-\d{2}$/),
  keys: z.array(z.strictObject({ id: z.string().min(1), createdAt: moment, rotatedAt: moment })),
  loginProfileCreatedAt: moment.exactOptional(),
  passwordChangedAt: moment.exactOptional(),
}) satisfies z.ZodType<RememberedUser>;

const markerSchema = z.object({
  version: z.literal(1),
  accountId,
  userId: z.string().min(1).max(128),
  remembered: z.unknown().optional(),
});

/**
 * What an issue's hidden marker says: whom the issue is about and what the last scan remembered. It is plain
 * text that whoever may edit the issue can change: it finds issues and saves requests, and proves nothing.
 */
export interface Marker extends Subject {
  readonly remembered?: RememberedUser;
}

const name = 'finding';

/** The marker's line, the last one of the body. */
export function writeMarker({ accountId, userId, remembered }: Marker): string {
  return writeHiddenLine(name, { version: 1, accountId, userId, remembered });
}

/**
 * Reads the marker of a body; undefined when there is none or the last one is garbled.
 *
 * A garbled memory is dropped alone: it costs a few requests, while a lost subject would cost a second issue.
 */
export function readMarker(body: string): Marker | undefined {
  const { data } = markerSchema.safeParse(parseJson(readHiddenLine(name, body)));
  if (data === undefined) return undefined;
  const remembered = rememberedUser.safeParse(data.remembered).data;
  return { accountId: data.accountId, userId: data.userId, ...(remembered && { remembered }) };
}
