import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { type Claim, type Payload, payloadSchema } from './claims.ts';
import type { Law, ObservedIssue } from './observed.ts';

const markerSchema = z.object({ accountId: z.string(), userId: z.string().optional() });

/** One envelope that counts. */
export interface Entry {
  /** The bot's clock. */
  readonly at: Date;
  /** GitHub's clock. */
  readonly createdAt: Date;
  readonly hash: string;
  /** Its first twelve digits. */
  readonly shortHash: string;
  readonly claims: readonly Claim[];
}

export interface Ledger {
  readonly issue: ObservedIssue;
  /** Whom the marker at the end of the issue's body names: of a bulk request an account, and nobody. */
  readonly about: { readonly accountId: string; readonly userId?: string } | undefined;
  readonly isBulk: boolean;
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
}

interface Sealed {
  readonly commentId: number;
  readonly createdAt: Date;
  readonly token: string;
  readonly payload: Payload;
  readonly before: string;
}

const envelope = /<!-- keyturn:v1 ([\w-]+)\.([\w-]+) -->\s*$/;
const quarterOfAnHour = 15 * 60_000;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * The checker's own reading of a trail, from the description of the format alone (docs/architecture.md, "The trail"):
 * comments in the order of their ids, the first envelope for each number.
 */
export function readLedger(issue: ObservedIssue, law: Law): Ledger {
  const { about, isBulk } = aboutOf(issue.body);
  const keys = law.publicKeys.map((text) =>
    createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }),
  );
  const sealed = issue.comments
    .toSorted((one, other) => one.id - other.id)
    .flatMap((comment) => open(comment, keys))
    .filter(({ payload: { subject } }) => subject.issue === issue.number && subject.userId === about?.userId);
  const problems: string[] = [];
  const entries: Entry[] = [];
  let prev = sha256(JSON.stringify({ repositoryId: law.repositoryId, issue: issue.number, ...about }));
  for (const one of sealed) {
    const { payload, token, createdAt } = one;
    // Whoever came second with a number lost a race between two processes: what it says was never decided.
    if (payload.seq <= entries.length) continue;
    const wrong = faultOf(one, { law, prev, seq: entries.length + 1 });
    if (wrong) problems.push(`#${issue.number}, comment ${one.commentId}: ${wrong}`);
    entries.push({
      at: new Date(payload.at),
      createdAt,
      hash: sha256(token),
      shortHash: sha256(token).slice(0, 12),
      claims: payload.events,
    });
    prev = sha256(token);
  }
  return { issue, about, isBulk, entries, problems };
}

function open(
  { id, body, createdAt }: ObservedIssue['comments'][number],
  keys: readonly KeyObject[],
): Sealed[] {
  const found = envelope.exec(body);
  const [, encoded = '', signature = ''] = found ?? [];
  const signed = Buffer.from(`keyturn:v1 ${encoded}`);
  if (encoded === '' || !keys.some((key) => verify(null, signed, key, Buffer.from(signature, 'base64url'))))
    return [];
  const payload = payloadSchema.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString()));
  return [
    {
      commentId: id,
      createdAt,
      token: `${encoded}.${signature}`,
      payload,
      before: body.slice(0, found?.index),
    },
  ];
}

function faultOf(
  { payload, before, createdAt }: Sealed,
  due: { readonly law: Law; readonly prev: string; readonly seq: number },
): string | undefined {
  if (payload.subject.repositoryId !== due.law.repositoryId) return 'it belongs to another repository';
  if (payload.seq !== due.seq) return `envelope ${due.seq} is missing before envelope ${payload.seq}`;
  if (payload.prev !== due.prev) return 'it does not follow the envelope before it';
  if (payload.text !== sha256(before.replaceAll('\r\n', '\n').trim())) return 'its text was edited';
  const apart = Math.abs(createdAt.getTime() - Date.parse(payload.at));
  return apart > quarterOfAnHour ? 'it was sealed at another time than it was written' : undefined;
}

function aboutOf(body: string): Pick<Ledger, 'about' | 'isBulk'> {
  const [, kind, json] = /<!-- keyturn:(finding|bulk) (\{.*\}) -->\s*$/.exec(body) ?? [];
  const isBulk = kind === 'bulk';
  if (json === undefined) return { about: undefined, isBulk };
  const { accountId, userId } = markerSchema.parse(JSON.parse(json));
  return { about: { accountId, ...(userId !== undefined && !isBulk && { userId }) }, isBulk };
}
