import type { types } from '@slack/bolt';
import { z } from 'zod';
import { parseJson } from '../shared/trail/parse-json.ts';
import type { RunPlace } from './blocks/console-link.ts';
import type { Evidence } from './blocks/evidence.ts';

const instant = z.iso.datetime();

const credentials = z.object({
  readAt: instant,
  keys: z
    .array(
      z.object({
        id: z.string(),
        status: z.enum(['Active', 'Inactive', 'Expired']),
        createdAt: instant,
        lastUsedAt: instant.exactOptional(),
        lastUsedService: z.string().exactOptional(),
        lastUsedRegion: z.string().exactOptional(),
      }),
    )
    .max(10),
  loginProfileCreatedAt: instant.exactOptional(),
  passwordLastUsedAt: instant.exactOptional(),
});

const cardSchema = z.object({
  event_type: z.literal('keyturn_card'),
  event_payload: z.object({
    evidence: z.string().exactOptional(),
    partition: z.string(),
    region: z.string().exactOptional(),
  }),
});

const noticeSchema = z.object({
  event_type: z.literal('keyturn_notice'),
  event_payload: z.object({ key: z.string() }),
});

type Metadata = types.MessageMetadata;

/**
 * What a card keeps of its own beside the trail: ages and last uses as they were when it was asked for, and where the
 * runbook runs. It is shown and decides nothing. Slack takes flat payloads only, hence the JSON inside.
 */
export interface CardMemory {
  readonly evidence?: Evidence;
  readonly partition: string;
  /** With a runbook. */
  readonly region?: string;
}

export function writeCard({ evidence, partition, region }: CardMemory): Metadata {
  return {
    event_type: 'keyturn_card',
    event_payload: {
      partition,
      ...(evidence && { evidence: JSON.stringify(evidence) }),
      ...(region !== undefined && { region }),
    },
  };
}

/** Undefined when it is no card's metadata. */
export function readCard(metadata: unknown): CardMemory | undefined {
  const { data } = cardSchema.safeParse(metadata);
  if (!data) return undefined;
  const { evidence: text, ...memory } = data.event_payload;
  const evidence = readEvidence(text);
  return { ...memory, ...(evidence && { evidence }) };
}

export function placeOf({ partition, region }: CardMemory): RunPlace | undefined {
  return region === undefined ? undefined : { partition, region };
}

/** Names a notice in the thread, so that it is posted once. */
export function writeNotice(key: string): Metadata {
  return { event_type: 'keyturn_notice', event_payload: { key } };
}

export function readNotice(metadata: unknown): string | undefined {
  return noticeSchema.safeParse(metadata).data?.event_payload.key;
}

function readEvidence(text: string | undefined): Evidence | undefined {
  const { data } = credentials.safeParse(parseJson(text));
  return data && { ...data, readAt: new Date(data.readAt) };
}
