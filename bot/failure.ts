import { isNativeError } from 'node:util/types';
import { KeyturnError, remedies } from '../shared/errors.ts';
import { Failures } from './preflight.ts';

export interface Failure {
  readonly fact: string;
  readonly remedy: string;
}

/** Why the bot could not start, for people: what is wrong, each once, and what to do about it. */
export function describeFailures(error: unknown): Failure[] {
  const all = error instanceof Failures ? error.failures : [error];
  const described = all.map(describeOne);
  return [...new Map(described.map((failure) => [failure.fact, failure])).values()];
}

function describeOne(error: unknown): Failure {
  if (error instanceof KeyturnError) return { fact: error.fact, remedy: error.remedy };
  const words = isNativeError(error) ? error.message : String(error);
  return { fact: `Something unforeseen happened: ${words}`, remedy: remedies.unexpected };
}
