import { z } from 'zod';
import { KeyturnError } from '../shared/errors.ts';
import { chosenLabel } from '../shared/policy/label-name.ts';

const flagWords = ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'] as const;
const partition = '(aws|aws-[a-z-]+)';

/** One line of text; `allowed` completes the sentence "allowed: …" of the error. */
function text(pattern: RegExp, allowed: string) {
  return z.string().regex(pattern, allowed);
}

/** The spellings of YAML 1.2's core schema, as GitHub's own actions read them. */
const flag = z
  .enum(flagWords, 'true or false')
  .transform((word) => word.toLowerCase() === 'true')
  .default(false);

/** Entries on lines of their own or between commas; blank ones and repetitions are dropped. */
function list(entry: z.ZodString, most: number, allowed: string) {
  return z
    .string()
    .transform((entries) => [...new Set(entries.split(/[\n,]/).map((item) => item.trim()))].filter(Boolean))
    .pipe(z.array(entry).max(most, allowed));
}

/** Plain http would send the webhook's secret path in the clear, save to this machine itself. */
function isSafeWebhook(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return false;
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback);
}

const labelsAllowed =
  'at most 20 names of at most 50 characters, none of them "keyturn" or beginning with "keyturn:"';
const assigneesAllowed = 'at most 10 GitHub logins';
const policyFileAllowed = 'the path of a .yml or .yaml file inside the repository, without ".."';

/** Every input of action.yml: its name, what it allows, and what it means when it is not given. */
export const inputSchema = z.object({
  'aws-region': text(
    /^[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}$/,
    'an AWS region, such as us-east-1',
  ).exactOptional(),
  'config-rule-name': text(
    /^\S(.{0,62}\S)?$/,
    'the name of a Config rule, at most 64 characters',
  ).exactOptional(),
  'role-to-assume': text(
    new RegExp(`^arn:${partition}:iam::\\d{12}:role/([\\x21-\\x7e]{1,510}/)?[\\w+=,.@-]{1,64}$`),
    'the ARN of an IAM role, such as arn:aws:iam::123456789012:role/KeyturnScan',
  ).exactOptional(),
  audience: text(/^[\x21-\x7e]{1,255}$/, '1 to 255 characters without spaces').default('sts.amazonaws.com'),
  'role-session-name': text(
    /^[\w+=,.@-]{2,64}$/,
    '2 to 64 letters, digits or characters of _+=,.@-',
  ).exactOptional(),
  'config-aggregator-name': text(/^[\w-]{1,256}$/, '1 to 256 letters, digits, _ or -').exactOptional(),
  'reader-role-name': text(
    /^[\w+=,.@-]{1,64}$/,
    '1 to 64 letters, digits or characters of _+=,.@-',
  ).exactOptional(),
  'policy-file': text(/^(?!\/|(.*[\\/])?\.\.[\\/])[^\\]{1,200}\.ya?ml$/, policyFileAllowed).default(
    '.github/keyturn.yml',
  ),
  'github-token': z
    .string('a token that may read and write issues')
    .regex(/^[\x21-\x7e]+$/, 'a token without spaces'),
  labels: list(text(chosenLabel, labelsAllowed), 20, labelsAllowed).exactOptional(),
  assignees: list(text(/^[a-z\d][\w-]{0,38}$/i, assigneesAllowed), 10, assigneesAllowed).exactOptional(),
  'max-new-issues': text(/^\d{1,3}$/, 'a whole number from 0 to 500')
    .transform(Number)
    .pipe(z.number().max(500, 'a whole number from 0 to 500'))
    .exactOptional(),
  'dry-run': flag,
  'fail-on-findings': flag,
  'allow-public-repository': flag,
  'validate-policy-only': flag,
  'slack-webhook-url': z
    .string()
    .refine(isSafeWebhook, 'an https address, without a user name')
    .exactOptional(),
});

export type Inputs = z.infer<typeof inputSchema>;
export type InputName = keyof Inputs;

/** Inputs whose values appear in no message and are masked in the log. */
const secretInputs: ReadonlySet<string> = new Set<InputName>(['github-token', 'slack-webhook-url']);

function describe(name: string, value: string | undefined, allowed: string): string {
  if (value === undefined) return `- ${name} is not given; needed: ${allowed}`;
  if (secretInputs.has(name)) return `- ${name} (value not shown); allowed: ${allowed}`;
  const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
  return `- ${name} is ${JSON.stringify(shown)}; allowed: ${allowed}`;
}

function invalid(issues: readonly z.core.$ZodIssue[], given: Readonly<Record<string, string>>): KeyturnError {
  const allowed = new Map<string, string>();
  for (const { path, message } of issues) {
    const name = String(path[0]);
    if (!allowed.has(name)) allowed.set(name, message);
  }
  const lines = [...allowed].map(([name, message]) => describe(name, given[name], message));
  return new KeyturnError('input-invalid', `Not every input can be used:\n${lines.join('\n')}`);
}

/**
 * Reads and checks all inputs. An empty value is one that was not given.
 *
 * `get` gives an input's value by its name, trimmed; `mask` hides a value in the log.
 * @throws {KeyturnError} `input-invalid` naming every bad input at once.
 */
export function readInputs(get: (name: string) => string, mask: (secret: string) => void): Inputs {
  const given = Object.fromEntries(
    Object.keys(inputSchema.shape)
      .map((name) => [name, get(name)] as const)
      .filter(([, value]) => value !== ''),
  );
  for (const name of secretInputs) if (given[name] !== undefined) mask(given[name]);
  const parsed = inputSchema.safeParse(given);
  if (!parsed.success) throw invalid(parsed.error.issues, given);
  return parsed.data;
}
