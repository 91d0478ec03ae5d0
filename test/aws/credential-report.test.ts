import { describe, expect, test } from '@jest/globals';
import { parseCredentialReport } from '../../shared/aws/credential-report.ts';

const ada = {
  user: 'ada',
  arn: 'arn:aws:iam::111122223333:user/ada',
  user_creation_time: '2024-01-02T03:04:05+00:00',
  password_enabled: 'true',
  password_last_used: '2026-02-01T00:00:00+00:00',
  password_last_changed: '2025-02-01T00:00:00+00:00',
  access_key_1_active: 'true',
  access_key_1_last_rotated: '2025-03-01T10:20:30+00:00',
  access_key_1_last_used_date: '2026-03-01T10:15:00+00:00',
  access_key_1_last_used_region: 'us-east-1',
  access_key_1_last_used_service: 's3',
  access_key_2_active: 'false',
  access_key_2_last_rotated: 'N/A',
  access_key_2_last_used_date: 'N/A',
  access_key_2_last_used_region: 'N/A',
  access_key_2_last_used_service: 'N/A',
};
const created = new Date('2024-01-02T03:04:05.678Z');

function report(row: Record<string, string>): string {
  return `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`;
}

function find(changes: Record<string, string>) {
  return parseCredentialReport(report({ ...ada, ...changes })).find('ada', created);
}

describe('parseCredentialReport', () => {
  test('reads keys and password', () => {
    expect(find({})).toEqual({
      slots: [
        {
          active: true,
          rotatedAt: '2025-03-01T10:20:30Z',
          lastUse: {
            lastUsedAt: new Date('2026-03-01T10:15:00Z'),
            lastUsedService: 's3',
            lastUsedRegion: 'us-east-1',
          },
        },
      ],
      password: {
        changedAt: new Date('2025-02-01T00:00:00Z'),
        lastUsedAt: new Date('2026-02-01T00:00:00Z'),
      },
    });
  });

  test('does not depend on the order of columns, nor on columns that it does not know', () => {
    const reversed = Object.fromEntries(Object.entries({ mfa_active: 'true', ...ada }).toReversed());
    expect(parseCredentialReport(report(reversed)).find('ada', created)).toEqual(find({}));
  });

  test.each(['N/A', 'no_information', 'not_supported', ''])('takes %j for no date', (none) => {
    expect(find({ password_last_used: none, password_last_changed: none })?.password).toEqual({});
    expect(find({ access_key_1_last_used_date: none })?.slots[0]?.lastUse).toEqual({});
  });

  test('has no password for a user without a login profile', () => {
    expect(find({ password_enabled: 'FALSE' })?.password).toBeUndefined();
    expect(find({ password_enabled: 'not_supported' })?.password).toBeUndefined();
  });

  test('keeps an inactive key, and an active one without a date', () => {
    const slots = find({ access_key_1_active: 'FALSE', access_key_2_active: 'TRUE' })?.slots;
    expect(slots?.map(({ active, rotatedAt }) => ({ active, rotatedAt }))).toEqual([
      { active: false, rotatedAt: '2025-03-01T10:20:30Z' },
      { active: true, rotatedAt: '' },
    ]);
  });

  test('leaves out service and region that the report does not know', () => {
    const unnamed = { access_key_1_last_used_region: 'N/A', access_key_1_last_used_service: '' };
    expect(find(unnamed)?.slots[0]?.lastUse).toEqual({ lastUsedAt: new Date('2026-03-01T10:15:00Z') });
  });

  test('finds by name and creation time together', () => {
    const parsed = parseCredentialReport(report(ada));
    expect(parsed.find('ada', new Date('2024-01-02T03:04:06Z'))).toBeUndefined();
    expect(parsed.find('bob', created)).toBeUndefined();
  });

  test('reads a name with a comma', () => {
    const parsed = parseCredentialReport(report({ ...ada, user: '"lovelace,ada"' }));
    expect(parsed.find('lovelace,ada', created)).toBeDefined();
  });

  test('takes fields that a short row lacks for unknown', () => {
    const short = `${Object.keys(ada).join(',')}\nada,arn,2024-01-02T03:04:05+00:00\n`;
    expect(parseCredentialReport(short).find('ada', created)).toEqual({ slots: [] });
  });

  test('names the columns that are missing', () => {
    const { access_key_2_active: _gone, ...rest } = ada;
    expect(() => parseCredentialReport(report(rest))).toThrow(
      'The credential report has no column access_key_2_active.',
    );
  });

  test.each(['', '"'])('refuses the text %j', (text) => {
    expect(() => parseCredentialReport(text)).toThrow('The credential report is not CSV.');
  });
});
