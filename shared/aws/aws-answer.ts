import type { z } from 'zod';
import { KeyturnError } from '../errors.ts';

/**
 * What AWS answered, checked: the SDK's types call nearly every member optional.
 *
 * @throws KeyturnError `aws-answer-unexpected`, naming the first member that is not as documented.
 */
export function readAnswer<Shape>(action: string, schema: z.ZodType<Shape>, answer: unknown): Shape {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const fact = `The answer to ${action} is not as AWS documents it (${firstFault(parsed.error)}).`;
  throw new KeyturnError('aws-answer-unexpected', fact, { cause: parsed.error });
}

/** The first member that is not as documented, and why; of the answer it holds no word. */
export function firstFault({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') || 'the whole of it'}: ${issue?.message}`;
}
