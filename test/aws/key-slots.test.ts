import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KeySlot } from '../../shared/aws/credential-report.ts';
import { type ListedKey, matchSlots } from '../../shared/aws/key-slots.ts';

const january = '2026-01-01T00:00:00Z';
const february = '2026-02-01T00:00:00Z';
const march = '2026-03-01T00:00:00Z';

function key(id: string, createdAt: string): ListedKey {
  return { id, status: 'Active', createdAt: new Date(createdAt) };
}

function slot(rotatedAt: string): KeySlot {
  return { active: true, rotatedAt, lastUse: {} };
}

function datesOf(match: ReturnType<typeof matchSlots>) {
  return 'slots' in match
    ? [match.kind, ...[...match.slots].map(([id, { rotatedAt }]) => `${id} ${rotatedAt}`).sort()]
    : [match.kind];
}

describe('matchSlots', () => {
  test.each([
    ['no keys', [], [], ['exact']],
    [
      'dates that are equal, in any order',
      [key('A', january), key('B', february)],
      [slot(february), slot(january)],
      ['exact', `A ${january}`, `B ${february}`],
    ],
    [
      'one key changed since its creation',
      [key('A', january), key('B', february)],
      [slot(march), slot(february)],
      ['by elimination', `A ${march}`, `B ${february}`],
    ],
    ['a single key changed', [key('A', january)], [slot(march)], ['by elimination', `A ${march}`]],
    [
      'both keys changed',
      [key('A', '2025-12-01T00:00:00Z'), key('B', january)],
      [slot(february), slot(march)],
      ['ambiguous'],
    ],
    [
      'two keys of one moment',
      [key('A', january), key('B', january)],
      [slot(january), slot(march)],
      ['ambiguous'],
    ],
    [
      'two slots of one date',
      [key('A', january), key('B', february)],
      [slot(march), slot(march)],
      ['ambiguous'],
    ],
    [
      'a slot left that is older than the key left',
      [key('A', march), key('B', february)],
      [slot(march), slot(january)],
      ['ambiguous'],
    ],
    ['a key that is newer than the report', [key('A', march)], [slot(january)], ['different']],
    ['a key too many', [key('A', january), key('B', february)], [slot(january)], ['different']],
    ['a key too few', [], [slot(january)], ['different']],
    ['a slot without a date', [key('A', january)], [slot('')], ['different']],
  ])('%s', (_name, keys, slots, expected) => {
    expect(datesOf(matchSlots(keys, slots))).toEqual(expected);
  });

  test('compares whole seconds', () => {
    const keys = [key('A', '2026-01-01T00:00:00.900Z')];
    expect(matchSlots(keys, [slot(january)]).kind).toBe('exact');
  });

  test('never gives a key a slot that is older than itself, nor two keys one slot', () => {
    const second = fc.integer({ min: 0, max: 3 }).map((n) => `2026-01-01T00:00:0${n}Z`);
    fc.assert(
      fc.property(fc.array(second, { maxLength: 2 }), fc.array(second, { maxLength: 2 }), (made, rotated) => {
        const keys = made.map((date, index) => key(`K${index}`, date));
        const match = matchSlots(keys, rotated.map(slot));
        if (!('slots' in match)) return;
        expect(new Set(match.slots.values()).size).toBe(keys.length);
        for (const { id, createdAt } of keys) {
          expect(+new Date(match.slots.get(id)?.rotatedAt ?? '')).toBeGreaterThanOrEqual(+createdAt);
        }
      }),
    );
  });
});
