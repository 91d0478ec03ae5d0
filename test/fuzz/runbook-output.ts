import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRunbookOutput } from '../../shared/remediation/runbook-output.ts';
import { mutatedJson, mutatedText } from './mutations.ts';
import { pure } from './target.ts';

const answer = { ResponseMetadata: { RequestId: 'a-request', HTTPStatusCode: 200, RetryAttempts: 0 } };
const output = {
  output: 'Verification of unused IAM User credentials is successful.',
  http_responses: {
    DeactivateUnusedKeysResponse: ['AKIAEXAMPLE000000001', 'AKIAEXAMPLE000000002'].map((AccessKeyId) => ({
      AccessKeyId,
      Response: answer,
    })),
    DeleteUnusedPasswordResponse: answer,
  },
};
const texts = fc.oneof(
  mutatedJson(output).map((value) => JSON.stringify(value) ?? ''),
  mutatedText(JSON.stringify(output)),
  fc.constantFrom(
    'No output available yet because the step is not successfully executed',
    'null',
    '[]',
    '""',
  ),
);

export const runbookOutput = pure('runbook output', () =>
  fc.property(texts, (text) => {
    const claim = parseRunbookOutput(text);
    if (!claim) return;
    const { http_responses: said } = JSON.parse(text);
    const ids = said.DeactivateUnusedKeysResponse ?? [];
    // Everything that it says, and nothing more: no claim is passed over when it is compared with IAM.
    assert.deepEqual(
      claim.deactivated,
      Array.from(ids, (one) => Object(one).AccessKeyId),
    );
    assert.equal(claim.deletedLoginProfile, (said.DeleteUnusedPasswordResponse ?? null) !== null);
  }),
);
