import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Law, ObservedIssue } from './observed.ts';

/**
 * The checker's own reading of a trail, from the description of the format alone (docs/architecture.md, "The trail"):
 * comments in the order of their ids, the first envelope for each number.
 */
const planSchema = z.looseObject({
  kind: z.enum(['runbook', 'strict', 'undo', 'exempt']),
  updates: z.array(z.string()).optional(),
  deactivates: z.array(z.string()).optional(),
  reactivates: z.array(z.string()).optional(),
  keyIds: z.array(z.string()).optional(),
  deletesLoginProfile: z.boolean().optional(),
});
const quorumSchema = z.object({
  approvers: z.array(z.string()),
  count: z.number(),
  selfApproval: z.boolean(),
});
const dataSchema = z.looseObject({
  plan: planSchema.optional(),
  digest: z.string().optional(),
  quorum: quorumSchema.optional(),
  expiresAt: z.string().optional(),
  card: z.object({ channel: z.string(), ts: z.string() }).optional(),
  keyIds: z.array(z.string()).optional(),
  until: z.string().optional(),
  ended: z.string().optional(),
  keys: z.array(z.looseObject({ id: z.string(), outcome: z.string() })).optional(),
});
const eventSchema = z.object({
  type: z.string(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  requestId: z.string(),
  data: dataSchema,
});
const payloadSchema = z.object({
  v: z.literal(1),
  subject: z.object({
    repositoryId: z.number(),
    issue: z.number(),
    accountId: z.string(),
    userId: z.string(),
  }),
  seq: z.number(),
  at: z.string(),
  prev: z.string(),
  text: z.string(),
  events: z.array(eventSchema),
});
const markerSchema = z.object({ accountId: z.string(), userId: z.string() });

export type Claim = z.infer<typeof eventSchema>;
export type Plan = z.infer<typeof planSchema>;
type Payload = z.infer<typeof payloadSchema>;

/** One envelope that counts. */
export interface Entry {
  /** The bot's clock. */
  readonly at: Date;
  /** GitHub's clock. */
  readonly createdAt: Date;
  /** First twelve digits of its hash. */
  readonly shortHash: string;
  readonly claims: readonly Claim[];
}

export interface Ledger {
  readonly issue: ObservedIssue;
  /** Whom the marker at the end of the issue's body names. */
  readonly about: { readonly accountId: string; readonly userId: string } | undefined;
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

export function readLedger(issue: ObservedIssue, law: Law): Ledger {
  const about = aboutOf(issue.body);
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
      shortHash: sha256(token).slice(0, 12),
      claims: payload.events,
    });
    prev = sha256(token);
  }
  return { issue, about, entries, problems };
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

function aboutOf(body: string): Ledger['about'] {
  const [, json] = /<!-- keyturn:finding (\{.*\}) -->\s*$/.exec(body) ?? [];
  if (json === undefined) return undefined;
  const { accountId, userId } = markerSchema.parse(JSON.parse(json));
  return { accountId, userId };
}
