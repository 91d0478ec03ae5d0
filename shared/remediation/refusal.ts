import { type ErrorCode, KeyturnError } from '../errors.ts';

/** A decision against what somebody asked for. Nothing was done or recorded; `error` says why and what to do. */
export interface Refused {
  readonly kind: 'refused';
  readonly error: KeyturnError;
}

export function refuse(code: ErrorCode, fact: string): Refused {
  return { kind: 'refused', error: new KeyturnError(code, fact) };
}
