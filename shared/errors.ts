/**
 * What a person can do about each error that they can meet. The one home of remedies: messages, job
 * summaries and docs/operations.md all take them from here. Keep the codes sorted.
 */
export const remedies = {
  'environment-invalid': "Set the variables named above for the bot's process.",
  'input-invalid': 'Correct the input in the workflow file; README.md lists what each input allows.',
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
