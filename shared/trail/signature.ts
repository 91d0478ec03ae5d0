import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** `problem` completes the sentence "The trail key …". */
export type ParsedKey =
  | { readonly ok: true; readonly key: KeyObject }
  | { readonly ok: false; readonly problem: string };

/** The bot's Ed25519 private key, from the base64 of its PKCS#8 DER form. */
export function parsePrivateKey(base64: string): ParsedKey {
  return parseKey(base64, 'PKCS#8 private', (der) =>
    createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
  );
}

/** An Ed25519 public key, from the base64 of its SPKI DER form. */
export function parsePublicKey(base64: string): ParsedKey {
  return parseKey(base64, 'SPKI public', (der) => createPublicKey({ key: der, format: 'der', type: 'spki' }));
}

/** The problem never quotes the text: it may be a secret. */
function parseKey(base64: string, form: string, read: (der: Buffer) => KeyObject): ParsedKey {
  const text = base64.trim();
  if (text === '') return { ok: false, problem: 'is empty' };
  if (text.startsWith('-----BEGIN')) {
    return { ok: false, problem: 'is in PEM form; wanted is the base64 between the lines, as one line' };
  }
  const der = Buffer.from(text, 'base64');
  if (der.toString('base64') !== text) return { ok: false, problem: 'is no base64' };
  try {
    const key = read(der);
    if (key.asymmetricKeyType === 'ed25519') return { ok: true, key };
    return { ok: false, problem: `is of type ${key.asymmetricKeyType}, not Ed25519` };
  } catch {
    return { ok: false, problem: `is no ${form} key in DER form` };
  }
}

/** Sixteen hexadecimal digits that name a key pair, from either half of it. */
export function keyIdOf(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(half.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
}

/** Whether what this private key signs would verify: without that a bot would write a trail that nobody believes. */
export function matchesAny(privateKey: KeyObject, publicKeys: readonly KeyObject[]): boolean {
  const id = keyIdOf(privateKey);
  return publicKeys.some((key) => keyIdOf(key) === id);
}

/** Base64url of the Ed25519 signature. */
export function signText(text: string, privateKey: KeyObject): string {
  return sign(null, Buffer.from(text), privateKey).toString('base64url');
}

export function isSignedByAny(text: string, signature: string, publicKeys: readonly KeyObject[]): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  return publicKeys.some((key) => verify(null, Buffer.from(text), key, bytes));
}

/** The keys of a policy's trail.publicKeys; its schema has let no others through, and here they would verify nothing. */
export function parsePublicKeys(texts: readonly string[]): KeyObject[] {
  return texts.map(parsePublicKey).flatMap((parsed) => (parsed.ok ? [parsed.key] : []));
}
