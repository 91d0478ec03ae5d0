import { createHash, type KeyObject } from 'node:crypto';
import { type Envelope, encodeEnvelope } from './envelope.ts';

/** A comment of a GitHub issue. */
export interface TrailComment {
  readonly id: number;
  readonly body: string;
  readonly createdAt: Date;
  /** Later than `createdAt`: edited since. */
  readonly updatedAt?: Date;
}

/** An envelope in a comment's body, whoever put it there. */
export interface FoundEnvelope {
  /** `PAYLOAD.SIGNATURE`. */
  readonly token: string;
  /** The body before it. */
  readonly before: string;
  /** Whether nothing stands after it. */
  readonly isLast: boolean;
}

/** A comment ready to be written. */
export interface SealedComment {
  readonly body: string;
  readonly token: string;
}

/** GitHub's limit for the body of an issue or a comment, in characters. */
export const bodyLimit = 65_536;

const opening = '<!-- keyturn:v1 ';
const closing = ' -->';
/** An Ed25519 signature has 64 bytes. */
const pattern = new RegExp(`${opening}[\\w-]+\\.[\\w-]{86}${closing}`, 'g');
/** The bot writes one a comment. To verify thousands that anybody may post would be work for nothing. */
const mostEnvelopes = 3;
const shortened = '\n\n… (shortened)';

/**
 * Signs the events under a text for people. Whatever the text holds, it cannot pass for an envelope or hide this one.
 * A text that is too long for GitHub is cut. The events of one step fit, because each of their strings has a bound.
 *
 * @throws RangeError for more events than one comment holds
 */
export function seal(
  unsealed: Omit<Envelope, 'v' | 'text'>,
  readable: string,
  privateKey: KeyObject,
): SealedComment {
  const draft: Envelope = { v: 1, ...unsealed, text: textHash('') };
  const room = bodyLimit - wrap('', encodeEnvelope(draft, privateKey)).length;
  if (room < shortened.length) throw new RangeError('These events do not fit into one comment.');
  const text = shorten(defuse(readable), room);
  const token = encodeEnvelope({ ...draft, text: textHash(text) }, privateKey);
  return { body: wrap(text, token), token };
}

/** The last envelopes in a body, in its order: what the bot sealed is the last. */
export function findEnvelopes(body: string): FoundEnvelope[] {
  return [...body.matchAll(pattern)].slice(-mostEnvelopes).map(({ 0: found, index }) => ({
    token: found.slice(opening.length, -closing.length),
    before: body.slice(0, index),
    isLast: body.slice(index + found.length).trim() === '',
  }));
}

function wrap(text: string, token: string): string {
  return `${text}\n\n${opening}${token}${closing}`;
}

/** What an envelope says of the text that it stands under. GitHub may store CRLF for LF, and trims: neither is an edit. */
export function textHash(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n').trim()).digest('hex');
}

/** No HTML comment can begin in the text, and nothing that GitHub would drop or store otherwise is left in it. */
function defuse(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => (character === '\n' ? '\n' : ' '))
    .replaceAll('<!--', '&lt;!--')
    .trim();
}

function shorten(text: string, room: number): string {
  if (text.length <= room) return text;
  return `${text.slice(0, room - shortened.length).toWellFormed()}${shortened}`;
}
