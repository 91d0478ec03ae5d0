import { isNativeError } from 'node:util/types';
import { KeyturnError, remedies } from '../shared/errors.ts';

export interface Failure {
  /** For people: what happened and why, and on the next line what to do. */
  readonly message: string;
  /** For those who look for the cause: stacks, the error's causes included. */
  readonly details: string;
}

/** Puts an error into words. Anything that is no KeyturnError was not foreseen and asks to be reported. */
export function describeFailure(error: unknown): Failure {
  const details = stacks(error).join('\ncaused by ');
  if (error instanceof KeyturnError) return { message: `${error.fact}\n${error.remedy}`, details };
  const words = isNativeError(error) ? error.message : String(error);
  return { message: `Something unforeseen happened: ${words}\n${remedies.unexpected}`, details };
}

function stacks(error: unknown): string[] {
  if (error === undefined) return [];
  if (!isNativeError(error)) return [String(error)];
  return [error.stack ?? error.message, ...stacks(error.cause)];
}
