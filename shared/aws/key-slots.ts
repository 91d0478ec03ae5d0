import type { AccessKey } from '../keys/user-snapshot.ts';
import type { KeySlot } from './credential-report.ts';
import { wholeSeconds } from './moments.ts';

/** A key as ListAccessKeys gives it. */
export type ListedKey = Pick<AccessKey, 'id' | 'status' | 'createdAt'>;

export type SlotMatch =
  /** Each key's creation is one slot's date: the slot's last use is the key's. */
  | { readonly kind: 'exact'; readonly slots: ReadonlyMap<string, KeySlot> }
  /** The dates differ but only one assignment is left: the key was changed after its creation. */
  | { readonly kind: 'by elimination'; readonly slots: ReadonlyMap<string, KeySlot> }
  /** The report knows these keys, but not which slot is whose. */
  | { readonly kind: 'ambiguous' }
  /** A key is missing from the report or from IAM: they show different moments, perhaps different users of one name. */
  | { readonly kind: 'different' };

/**
 * Which slot of the credential report is which key's. The report has no key ids, only dates, and a date is
 * "created or last changed": equal to the key's creation unless the key was changed since.
 *
 * Slots by key id.
 */
export function matchSlots(keys: readonly ListedKey[], slots: readonly KeySlot[]): SlotMatch {
  if (keys.length !== slots.length || !keys.every((key) => wasReported(key, slots))) {
    return { kind: 'different' };
  }
  const byDate = new Map(slots.map((slot) => [slot.rotatedAt, slot]));
  const creations = new Set(keys.map(({ createdAt }) => wholeSeconds(createdAt)));
  if (byDate.size < slots.length || creations.size < keys.length) return { kind: 'ambiguous' };
  const found = new Map<string, KeySlot>();
  const keysLeft: ListedKey[] = [];
  for (const key of keys) {
    const date = wholeSeconds(key.createdAt);
    const slot = byDate.get(date);
    byDate.delete(date);
    if (slot) found.set(key.id, slot);
    else keysLeft.push(key);
  }
  const [lastKey, ...otherKeys] = keysLeft;
  const [lastSlot] = byDate.values();
  if (!lastKey) return { kind: 'exact', slots: found };
  if (!lastSlot || otherKeys.length > 0 || !wasReported(lastKey, [lastSlot])) return { kind: 'ambiguous' };
  return { kind: 'by elimination', slots: found.set(lastKey.id, lastSlot) };
}

/** Whether the key can be in one of these slots: no key was changed before it was created. */
function wasReported(key: ListedKey, slots: readonly KeySlot[]): boolean {
  const createdAt = wholeSeconds(key.createdAt);
  // ISO-8601 texts of one form sort as the moments that they name.
  return slots.some(({ rotatedAt }) => createdAt <= rotatedAt);
}
