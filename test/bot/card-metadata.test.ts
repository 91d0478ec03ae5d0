import { describe, expect, test } from '@jest/globals';
import { evidenceOf } from '../../bot/blocks/evidence.ts';
import { placeOf, readCard, readNotice, writeCard, writeNotice } from '../../bot/card-metadata.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

const user = userSnapshot({
  accessKeys: [accessKey({ lastUsedAt: daysAgo(1), lastUsedService: 's3', lastUsedRegion: 'us-east-1' })],
  loginProfileCreatedAt: daysAgo(400),
  passwordLastUsedAt: daysAgo(120),
});

describe("a card's metadata", () => {
  test('is read as it was written, and flat', () => {
    const memory = { evidence: evidenceOf(user, today), partition: 'aws', region: 'us-east-1' };
    expect(readCard(writeCard(memory))).toEqual(memory);
    const kinds = Object.values(writeCard(memory).event_payload).map((value) => typeof value);
    expect(new Set(kinds)).toEqual(new Set(['string']));
  });

  test('tells of a place only with a region', () => {
    const memory = { partition: 'aws' };
    expect(readCard(writeCard(memory))).toEqual(memory);
    expect(placeOf(memory)).toBeUndefined();
    expect(placeOf({ ...memory, region: 'us-east-1' })).toEqual({ partition: 'aws', region: 'us-east-1' });
  });

  test('that is none, or was painted over, is left aside', () => {
    expect(readCard(undefined)).toBeUndefined();
    expect(readCard(writeNotice('abc'))).toBeUndefined();
    for (const evidence of ['{', '{}', '{"readAt":"never","keys":[]}']) {
      const metadata = { event_type: 'keyturn_card', event_payload: { partition: 'aws', evidence } };
      expect(readCard(metadata)).toEqual({ partition: 'aws' });
    }
  });
});

test("a notice's metadata names it", () => {
  expect(readNotice(writeNotice('abc'))).toBe('abc');
  expect(readNotice(undefined)).toBeUndefined();
  expect(readNotice({ event_type: 'other', event_payload: { key: 'abc' } })).toBeUndefined();
});
