import { z } from 'zod';
import type { RememberedUser } from '../keys/evidence.ts';
import { accountId } from '../trail/bounds.ts';
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

const opening = '<!-- keyturn:finding ';
const closing = ' -->';

/**
 * The marker's line, the last one of the body. All but plain ASCII is escaped, and so is whatever could close the
 * comment (`-`, `<`, `>`): the JSON cannot get out of it, and stays one line.
 */
export function writeMarker({ accountId, userId, remembered }: Marker): string {
  const json = JSON.stringify({ version: 1, accountId, userId, remembered }).replace(
    /[^\x20-\x7e]|[<>-]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${opening}${json}${closing}`;
}

/**
 * Reads the marker of a body; undefined when there is none or the last one is garbled. A marker is a whole line,
 * which no untrusted text can be (`code` leaves no line breaks), and the last such line counts, so that the
 * issue is still found when somebody wrote below it.
 *
 * A garbled memory is dropped alone: it costs a few requests, while a lost subject would cost a second issue.
 */
export function readMarker(body: string): Marker | undefined {
  const line = body
    .split('\n')
    // With four blanks before it, it would be code that somebody quotes.
    .map((text) => text.trimEnd().replace(/^ {1,3}/, ''))
    .findLast((text) => text.startsWith(opening));
  if (!line?.endsWith(closing)) return undefined;
  const { data } = markerSchema.safeParse(parseJson(line.slice(opening.length, -closing.length)));
  if (data === undefined) return undefined;
  const remembered = rememberedUser.safeParse(data.remembered).data;
  return { accountId: data.accountId, userId: data.userId, ...(remembered && { remembered }) };
}
