import { z } from 'zod';
import { parseJson } from '../trail/parse-json.ts';

/** What a run of the runbook says about itself: a claim, to be compared with what IAM shows. */
export interface RunbookClaim {
  /** Ids of the keys that it says it set Inactive; it lists those that were Inactive already, too. */
  readonly deactivated: readonly string[];
  readonly deletedLoginProfile: boolean;
}

const outputSchema = z.object({
  http_responses: z.object({
    DeactivateUnusedKeysResponse: z.array(z.object({ AccessKeyId: z.string() })).default([]),
    DeleteUnusedPasswordResponse: z.unknown().optional(),
  }),
});

/**
 * Reads the text of `RevokeUnusedIAMUserCredentialsAndVerify.Output`. Undefined when it says nothing, whatever the
 * reason: missing, not JSON, another form, or AWS's "No output available yet because the step is not successfully
 * executed".
 */
export function parseRunbookOutput(text: string | undefined): RunbookClaim | undefined {
  const parsed = outputSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { DeactivateUnusedKeysResponse: keys, DeleteUnusedPasswordResponse: password } =
    parsed.data.http_responses;
  return {
    deactivated: keys.map(({ AccessKeyId }) => AccessKeyId),
    deletedLoginProfile: password !== undefined && password !== null,
  };
}
