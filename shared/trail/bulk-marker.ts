import { z } from 'zod';
import { accountId, requestId } from './bounds.ts';
import { readHiddenLine, writeHiddenLine } from './hidden-line.ts';
import { parseJson } from './parse-json.ts';

const name = 'bulk';
const markerSchema = z.object({ version: z.literal(1), accountId, requestId });

/** What the hidden line of a bulk request's issue says. It names no user, so that no scan takes it for a finding. */
export type BulkMarker = Omit<z.infer<typeof markerSchema>, 'version'>;

export function writeBulkMarker({ accountId, requestId }: BulkMarker): string {
  return writeHiddenLine(name, { version: 1, accountId, requestId });
}

/** Undefined: the body is none of a bulk request. */
export function readBulkMarker(body: string): BulkMarker | undefined {
  const { data } = markerSchema.safeParse(parseJson(readHiddenLine(name, body)));
  return data && { accountId: data.accountId, requestId: data.requestId };
}
