import type { IAMClient } from '@aws-sdk/client-iam';
import { isOverAge } from '../keys/age.ts';
import type { RememberedUser } from '../keys/evidence.ts';
import type { AccessKey } from '../keys/user-snapshot.ts';
import type { KeySlot } from './credential-report.ts';
import { listAccessKeys } from './iam-calls.ts';
import { type ListedKey, matchSlots } from './key-slots.ts';
import { withLastUse } from './live-user.ts';
import { parseMoment, wholeSeconds } from './moments.ts';

type RememberedKeys = RememberedUser['keys'];

/** What makes a key a finding. */
export interface KeyLimit {
  /** Whole days. */
  readonly maxAccessKeyAge: number;
  readonly now: Date;
}

export interface ReportedKeys {
  readonly accessKeys: readonly AccessKey[];
  /** Who named the keys: the marker, or IAM now. */
  readonly source: 'memory' | 'report';
  /** Absent when the next scan has to ask IAM again. */
  readonly remembered?: RememberedKeys;
}

/**
 * A user's keys from the credential report with as few requests as can be: none while the report still shows
 * the remembered dates and with them a finding, else ListAccessKeys, and last uses only for keys that the report does
 * not tell apart. A status that IAM gives wins over the report's, which may be four hours old.
 *
 * That there is no finding is never taken from memory: a report's date is "created or last changed", so that a key may
 * be older than it seems, and never younger.
 *
 * `undefined` when report and IAM do not speak of the same keys: then only a live read helps.
 */
export async function readReportedKeys(
  iam: IAMClient,
  userName: string,
  slots: readonly KeySlot[],
  remembered: RememberedKeys | undefined,
  { maxAccessKeyAge, now }: KeyLimit,
): Promise<ReportedKeys | undefined> {
  const recalled = remembered && recallKeys(remembered, slots);
  const isFinding = recalled?.some((key) => key.status === 'Active' && isOverAge(key, maxAccessKeyAge, now));
  if (recalled && isFinding) return { accessKeys: recalled, remembered, source: 'memory' };
  const listed = await listAccessKeys(iam, userName);
  if (!listed) return undefined;
  const match = matchSlots(listed, slots);
  switch (match.kind) {
    case 'exact':
      return {
        source: 'report',
        accessKeys: listed.map((key) => ({ ...key, ...match.slots.get(key.id)?.lastUse })),
        ...rememberKeys(listed, match.slots),
      };
    case 'by elimination':
      return {
        source: 'report',
        accessKeys: await withLastUse(iam, listed),
        ...rememberKeys(listed, match.slots),
      };
    case 'ambiguous':
      return { source: 'report', accessKeys: await withLastUse(iam, listed) };
    case 'different':
      return undefined;
  }
}

/**
 * The remembered keys as the report shows them now; `undefined` unless each has one slot, and each slot one. When an
 * Active key was created is not taken from memory: one that was changed since its creation has to be asked for.
 */
function recallKeys(remembered: RememberedKeys, slots: readonly KeySlot[]): AccessKey[] | undefined {
  const byDate = new Map(slots.map((slot) => [slot.rotatedAt, slot]));
  if (byDate.size !== slots.length || remembered.length !== slots.length) return undefined;
  const keys: AccessKey[] = [];
  for (const { id, createdAt, rotatedAt } of remembered) {
    const slot = byDate.get(rotatedAt);
    const creation = parseMoment(createdAt);
    if (!slot || !creation || (slot.active && createdAt !== rotatedAt)) return undefined;
    byDate.delete(rotatedAt);
    keys.push({ id, status: statusIn(slot), createdAt: creation, ...slot.lastUse });
  }
  return keys;
}

/**
 * Nothing is remembered while the report contradicts a status that IAM gave: the same report would be believed by the
 * next scan, and the old status come back. `Expired` is no status that the report can show.
 */
function rememberKeys(
  keys: readonly ListedKey[],
  slots: ReadonlyMap<string, KeySlot>,
): Pick<ReportedKeys, 'remembered'> {
  const remembered = keys.flatMap(({ id, status, createdAt }) => {
    const slot = slots.get(id);
    if (!slot || statusIn(slot) !== status) return [];
    return [{ id, createdAt: wholeSeconds(createdAt), rotatedAt: slot.rotatedAt }];
  });
  return remembered.length === keys.length ? { remembered } : {};
}

function statusIn({ active }: KeySlot): AccessKey['status'] {
  return active ? 'Active' : 'Inactive';
}
