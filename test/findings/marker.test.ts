import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Marker, readMarker, writeMarker } from '../../shared/findings/marker.ts';
import { rememberedUser } from '../fakes/finding-data.ts';
import { hostileText } from '../fakes/hostile-text.ts';

const subject = { accountId: '123456789012', userId: 'AIDAEXAMPLE0000000001' };
const anyText = hostileText.filter((text) => text !== '');
const anyMoment = fc
  .date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const anyMarker: fc.Arbitrary<Marker> = fc.record(
  {
    accountId: fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 12 }),
    userId: fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    remembered: fc.record(
      {
        userName: anyText,
        readIn: fc.constantFrom('1999-12', '2026-11'),
        keys: fc.array(fc.record({ id: anyText, createdAt: anyMoment, rotatedAt: anyMoment })),
        loginProfileCreatedAt: anyMoment,
        passwordChangedAt: anyMoment,
      },
      { requiredKeys: ['userName', 'readIn', 'keys'] },
    ),
  },
  { requiredKeys: ['accountId', 'userId'] },
);

describe('a marker', () => {
  test('is read back as it was written, below any text', () => {
    fc.assert(
      fc.property(anyMarker, fc.string({ unit: 'binary' }), (marker, text) => {
        expect(readMarker(`${text}\n\n${writeMarker(marker)}`)).toEqual(marker);
      }),
    );
  });

  test('is one line of plain ASCII that closes its comment once, at its end', () => {
    fc.assert(
      fc.property(anyMarker, (marker) => {
        const line = writeMarker(marker);
        expect(line).toMatch(/^<!-- keyturn:finding [\x20-\x7e]* -->$/);
        expect(line.slice('<!--'.length, -'-->'.length)).not.toMatch(/--|[<>]/);
      }),
    );
  });

  test.each([
    ['text was written below it', (marker: string) => `Text.\n\n${marker}\n\nSomebody's note.`],
    ["GitHub's form sent CRLF", (marker: string) => `Text.\r\n\r\n${marker}\r\n`],
    ['somebody indented it', (marker: string) => `Text.\n\n   ${marker}`],
    [
      'an older one stands above',
      (marker: string) => `${writeMarker({ ...subject, userId: 'OLD' })}\n${marker}`,
    ],
  ])('is found when %s', (_, body) => {
    expect(readMarker(body(writeMarker(subject)))).toEqual(subject);
  });

  const written = writeMarker({ ...subject, remembered: rememberedUser() });
  test.each([
    ['there is none', 'Some issue that a person labelled.'],
    ['it is inside a line', `> ${written}`],
    ['it is indented like code', `    ${written}`],
    ['the JSON is cut off', written.replace('}]', '')],
    ['the comment is not closed', written.replace('-->', '')],
    ['it is of another version', written.replace('"version":1', '"version":2')],
    ['the account is no account', written.replace('123456789012', '1234')],
    ['it names nobody', written.replace('AIDAEXAMPLE0000000001', '')],
    ['a garbled one follows', `${written}\n<!-- keyturn:finding {} -->`],
  ])('is none when %s', (_, body) => {
    expect(readMarker(body)).toBeUndefined();
  });

  test('whose memory is garbled still names the subject', () => {
    expect(readMarker(written.replace('"createdAt":"2026', '"createdAt":"yesterday'))).toEqual(subject);
    expect(readMarker(written.replace('"userName":"ada"', '"userName":"ada","more":1'))).toEqual(subject);
  });
});
