import { generateKeyPairSync } from 'node:crypto';
import { parsePolicy } from '../../shared/policy/parse-policy.ts';
import type { Policy } from '../../shared/policy/schema.ts';

/** A new Ed25519 public key in the policy file's form. */
export function makePublicKey(): string {
  return generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}

/** The least policy file that is valid; `edit` changes its lines. */
export function policyText(edit: (text: string) => string = (text) => text): string {
  return edit(`version: 1
aws:
  region: us-east-1
  runbookRole: arn:{partition}:iam::{account}:role/KeyturnRunbook
slack:
  channel: C0123456789
trail:
  publicKeys: [${makePublicKey()}]
approvals:
  runbook: {approvers: [S0SECURITY]}
  strict: {approvers: [S0SECURITY, U0LEAD]}
`);
}

export function makePolicy(edit?: (text: string) => string): Policy {
  const parsed = parsePolicy(policyText(edit));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}
