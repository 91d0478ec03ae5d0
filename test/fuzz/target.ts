import type fc from 'fast-check';
import { KeyturnError } from '../../shared/errors.ts';

/** Something that reads what others have written, and what must hold whatever that is. */
export interface Target {
  readonly name: string;
  /** Sets up what the property needs. */
  open(): Promise<OpenTarget>;
}

export interface OpenTarget {
  readonly property: fc.IRawProperty<unknown>;
  close(): Promise<void>;
}

/** A target that needs nothing but its property. */
export function pure(name: string, property: () => fc.IRawProperty<unknown>): Target {
  return { name, open: async () => ({ property: property(), close: async () => undefined }) };
}

/** The value, or undefined when it was refused as it should: by an error that tells a person what to do. */
export async function orRefused<Value>(read: () => Promise<Value> | Value): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KeyturnError && error.fact !== '' && error.remedy !== '') return undefined;
    throw error;
  }
}
