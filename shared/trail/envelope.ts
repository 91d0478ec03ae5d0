import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { instant, sha256 } from './bounds.ts';
import { eventSchema } from './events.ts';
import { parseJson } from './parse-json.ts';
import { isSignedByAny, signText } from './signature.ts';
import { type Subject, subjectSchema } from './subject.ts';

const header = {
  v: z.literal(1),
  subject: subjectSchema,
  /** From 1, without gaps. */
  seq: z.int().positive(),
  /** When it was sealed, by the bot's clock. */
  at: instant,
  /** Hash of the envelope before it; of the subject, for the first. */
  prev: sha256,
  /** Hash of the readable text that it stands under. */
  text: sha256,
};

const headerSchema = z.object(header);
const addressSchema = z.object({ subject: subjectSchema });
const envelopeSchema = z.strictObject({ ...header, events: z.array(eventSchema).min(1).max(20) });

/** The payload of one comment. */
export type Envelope = z.infer<typeof envelopeSchema>;
export type EnvelopeHeader = z.infer<typeof headerSchema>;

/**
 * A payload that was really signed. `newer`: by a version of Keyturn whose events or fields this one does not know;
 * so much of it as can be understood is there. It is never half believed.
 */
export type Opened =
  | {
      readonly kind: 'envelope';
      readonly envelope: Envelope;
      readonly header: EnvelopeHeader;
      readonly subject: Subject;
    }
  | {
      readonly kind: 'newer';
      readonly header: EnvelopeHeader | undefined;
      readonly subject: Subject | undefined;
    };

/** The ASCII text `PAYLOAD.SIGNATURE`. */
export function encodeEnvelope(envelope: Envelope, privateKey: KeyObject): string {
  const payload = Buffer.from(JSON.stringify(envelope)).toString('base64url');
  return `${payload}.${signText(signedText(payload), privateKey)}`;
}

/** What a token holds; undefined when no one of the keys signed it. */
export function openEnvelope(token: string, publicKeys: readonly KeyObject[]): Opened | undefined {
  const [payload = '', signature = ''] = token.split('.');
  // base64url has several spellings for the same bytes; only one of them is the envelope, the rest are forgeries.
  if (!isCanonical(payload) || !isCanonical(signature)) return undefined;
  if (!isSignedByAny(signedText(payload), signature, publicKeys)) return undefined;
  return understand(parseJson(Buffer.from(payload, 'base64url').toString()));
}

/** SHA-256 of the token, in hexadecimal: what the next envelope's `prev` is. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** What people compare: the start of the hash. */
export function shortHashOf(token: string): string {
  return hashOf(token).slice(0, 12);
}

function understand(content: unknown): Opened {
  const { data: envelope } = envelopeSchema.safeParse(content);
  if (envelope) return { kind: 'envelope', envelope, header: envelope, subject: envelope.subject };
  return {
    kind: 'newer',
    header: headerSchema.safeParse(content).data,
    subject: addressSchema.safeParse(content).data?.subject,
  };
}

/** The prefix keeps a signature from meaning anything outside of a trail. */
function signedText(payload: string): string {
  return `keyturn:v1 ${payload}`;
}

function isCanonical(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}
