import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Quorum, quorumFor, type RequestKind } from '../../shared/policy/approvals.ts';
import { parsePolicy } from '../../shared/policy/parse-policy.ts';
import { type Policy, policySchema } from '../../shared/policy/schema.ts';
import { parsePublicKeys } from '../../shared/trail/signature.ts';
import { policyText } from '../fakes/policy-file.ts';
import { mutatedText } from './mutations.ts';
import { pure } from './target.ts';

const example = readFileSync(join(import.meta.dirname, '..', '..', 'examples', 'keyturn.yml'), 'utf8');
const kinds: readonly RequestKind[] = ['runbook', 'strict', 'undo', 'exempt'];

/** People can come together who approve it: named ones are counted, a group may have any size. */
function assertSatisfiable({ approvers, count }: Quorum): void {
  assert.ok(Number.isInteger(count) && count >= 1);
  const people = new Set(approvers.filter((id) => !id.startsWith('S')));
  assert.ok(
    people.size >= count || approvers.some((id) => id.startsWith('S')),
    `${approvers} can never be ${count}`,
  );
}

function assertUsable(policy: Policy): void {
  for (const kind of kinds) assertSatisfiable(quorumFor(policy, kind));
  const { publicKeys } = policy.trail;
  assert.ok(publicKeys.length > 0);
  assert.equal(parsePublicKeys(publicKeys).length, publicKeys.length);
  assert.ok(policy.approvals.expireAfterHours > 0);
  assert.ok(policy.limits.keysDeactivatedPerDay >= 0 && policy.limits.newIssuesPerRun >= 0);
  assert.deepEqual(policySchema.parse(structuredClone(policy)), policy);
}

export const policyFiles = pure('policy files', () =>
  fc.property(fc.constantFrom(example, policyText()).chain(mutatedText), (text) => {
    const parsed = parsePolicy(text);
    if (parsed.ok) return assertUsable(parsed.policy);
    assert.ok(parsed.problems.length > 0);
    const lines = text.split(/\r\n|\r|\n/).length;
    for (const { line, column, message, remedy } of parsed.problems) {
      assert.ok(line >= 1 && line <= lines && column >= 1, `${line}:${column} of ${lines}`);
      assert.ok(message !== '' && remedy !== '');
    }
  }),
);
