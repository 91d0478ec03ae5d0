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
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the whole of it';
  throw new KeyturnError(
    'aws-answer-unexpected',
    `The answer to ${action} is not as AWS documents it (${where}: ${issue?.message}).`,
    { cause: parsed.error },
  );
}
