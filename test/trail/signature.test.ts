import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  keyIdOf,
  matchesAny,
  type ParsedKey,
  parsePrivateKey,
  parsePublicKey,
  parsePublicKeys,
} from '../../shared/trail/signature.ts';
import { botKey, strangerKey } from '../fakes/trail.ts';

function exported(key: KeyObject): string {
  const type = key.type === 'private' ? 'pkcs8' : 'spki';
  return key.export({ format: 'der', type }).toString('base64');
}

function idOf(parsed: ParsedKey): string {
  return parsed.ok ? keyIdOf(parsed.key) : parsed.problem;
}

const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test('both halves of a pair have one id', () => {
  const id = keyIdOf(botKey.privateKey);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(idOf(parsePrivateKey(exported(botKey.privateKey)))).toBe(id);
  expect(idOf(parsePublicKey(` ${exported(botKey.publicKey)}\n`))).toBe(id);
});

test('a private key matches its own public key only', () => {
  expect(matchesAny(botKey.privateKey, [strangerKey.publicKey, botKey.publicKey])).toBe(true);
  expect(matchesAny(botKey.privateKey, [strangerKey.publicKey])).toBe(false);
  expect(matchesAny(botKey.privateKey, [])).toBe(false);
});

describe('what is no key is said so, without quoting it', () => {
  test.each([
    ['', 'is empty'],
    ['-----BEGIN PRIVATE KEY-----', 'is in PEM form; wanted is the base64 between the lines, as one line'],
    ['not base64!', 'is no base64'],
    ['AAAA', 'is no PKCS#8 private key in DER form'],
    [exported(botKey.publicKey), 'is no PKCS#8 private key in DER form'],
    [exported(elliptic.privateKey), 'is of type ec, not Ed25519'],
  ])('as a private key: %s', (text, problem) => {
    expect(parsePrivateKey(text)).toEqual({ ok: false, problem });
  });

  test('as a public key', () => {
    const problem = 'is no SPKI public key in DER form';
    expect(parsePublicKey(exported(botKey.privateKey))).toEqual({ ok: false, problem });
    expect(parsePublicKey(exported(elliptic.publicKey))).toEqual({
      ok: false,
      problem: 'is of type ec, not Ed25519',
    });
  });
});

test('the keys of a policy', () => {
  const keys = parsePublicKeys([exported(botKey.publicKey), 'no key']);
  expect(keys.map(keyIdOf)).toEqual([keyIdOf(botKey.publicKey)]);
});
