import { createPublicKey } from 'node:crypto';

/** Whether `text` is an Ed25519 public key in the form that the policy file holds: base64 of its SPKI DER. */
export function isEd25519PublicKey(text: string): boolean {
  const der = Buffer.from(text, 'base64');
  if (der.toString('base64') !== text) return false;
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' }).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
