import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCsv } from '../../shared/aws/csv.ts';

describe('parseCsv', () => {
  test('reads rows that end with LF or CRLF, with or without a last line end', () => {
    expect(parseCsv('a,b\n1,2')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(parseCsv('a,b\r\n1,2\r\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });

  test('keeps empty fields, also the last one', () => {
    expect(parseCsv('a,,')).toEqual([['a', '', '']]);
  });

  test('leaves out empty lines', () => {
    expect(parseCsv('\na\n\nb\n')).toEqual([['a'], ['b']]);
    expect(parseCsv('')).toEqual([]);
  });

  test.each(['"never closed', 'a"b', '"a"b', 'lone\rreturn'])('refuses %j', (text) => {
    expect(parseCsv(text)).toBeUndefined();
  });

  test('reads back whatever is written with quotes', () => {
    const table = fc.array(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }));
    fc.assert(
      fc.property(table, (rows) => {
        const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
        expect(parseCsv(rows.map((row) => row.map(quote).join(',')).join('\r\n'))).toEqual(rows);
      }),
    );
  });
});
