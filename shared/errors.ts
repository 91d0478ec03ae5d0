/**
 * What a person can do about each error that they can meet. The one home of remedies: messages, job
 * summaries and docs/operations.md all take them from here. Keep the codes sorted.
 */
export const remedies = {
  'environment-invalid': "Set the variables named above for the bot's process.",
  'input-invalid': 'Correct the input in the workflow file; README.md lists what each input allows.',
  'input-not-supported': 'Remove what is named; CHANGELOG.md says which version brings it.',
  'policy-absent': 'Commit the file, or correct the input policy-file.',
  'policy-invalid': 'Correct the named lines; policy.schema.json describes the file to editors.',
  'region-missing': 'Set the input aws-region, aws.region in the policy file, or the variable AWS_REGION.',
  'repository-public':
    'Use a private repository, or accept that everybody reads its issues: allow-public-repository: true.',
  unexpected: 'Run the job again with debug logging; if it fails again, report it with that log.',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof remedies;

/** An error that a person is meant to read: what happened and why (`fact`), and what to do (`remedy`). */
export class KeyturnError extends Error {
  override readonly name = 'KeyturnError';
  readonly code: ErrorCode;
  readonly fact: string;
  readonly remedy: string;

  constructor(code: ErrorCode, fact: string, options: { readonly cause?: unknown } = {}) {
    super(`${fact} ${remedies[code]}`, options);
    this.code = code;
    this.fact = fact;
    this.remedy = remedies[code];
  }
}
