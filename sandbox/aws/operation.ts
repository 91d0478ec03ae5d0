import type { z } from 'zod';
import type { Account } from './account.ts';
import { AwsFailure } from './failure.ts';
import type { World } from './world.ts';

export type Service = 'iam' | 'sts' | 'config' | 'ssm';

/** Who signed a request. */
export interface Caller {
  readonly arn: string;
  readonly userId: string;
  /** Set for temporary credentials: a role that assumes another one is limited to an hour. */
  readonly viaRole: boolean;
  /** As it was set when a role was assumed. */
  readonly sourceIdentity: string | undefined;
}

/** One decoded request. */
export interface Call {
  readonly service: Service;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly world: World;
  /** The account that the credentials belong to. */
  readonly account: Account;
  /** The region that the request was signed for. */
  readonly region: string;
  readonly caller: Caller;
  readonly now: Date;
}

/** What an operation answers; the protocols write dates and lists each in their own way. */
export type Value =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly Value[]
  | { readonly [member: string]: Value };
export type Answer = Readonly<Record<string, Value>>;

export type Operation = (call: Call) => Answer;

/** An operation that checks its input first, as AWS does: with a ValidationError (XML) or ValidationException (JSON). */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.output<Schema>, call: Call) => Answer,
): Operation {
  return (call) => {
    const parsed = schema.safeParse(call.input);
    if (parsed.success) return run(parsed.data, call);
    const found = parsed.error.issues.map((issue) => describeIssue(issue, call.input));
    const count = found.length === 1 ? '1 validation error' : `${found.length} validation errors`;
    const code = call.service === 'iam' || call.service === 'sts' ? 'ValidationError' : 'ValidationException';
    throw new AwsFailure(code, `${count} detected: ${found.join('; ')}`);
  };
}

function describeIssue(issue: z.core.$ZodIssue, input: Readonly<Record<string, unknown>>): string {
  const [member = ''] = issue.path.map(String);
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  const value = input[member];
  const shown =
    value === undefined ? 'Value' : `Value '${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return `${shown} at '${name}' failed to satisfy constraint: ${constraintOf(issue, value)}`;
}

function constraintOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'Member must not be null';
  switch (issue.code) {
    case 'too_big':
      return `Member must have ${measureOf(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'too_small':
      return `Member must have ${measureOf(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${issue.pattern ?? issue.format}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    default:
      return issue.message;
  }
}

function measureOf(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'length' : 'value';
}
