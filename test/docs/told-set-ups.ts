import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, remedies } from '../../shared/errors.ts';
import { root } from './documents.ts';

/** A mistake that people make, and the error whose remedy they must read then. */
export interface SetUp {
  readonly is: string;
  readonly code: ErrorCode;
}

/** The rows of docs/operations.md under "Wrong set-ups" of this part: `scan` or `bot`. */
export function toldSetUps(part: string): SetUp[] {
  const text = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (scan|bot) \| ([^|]+) \| `([a-z-]+)` \|$/gm)];
  const isCode = (code: string): code is ErrorCode => Object.hasOwn(remedies, code);
  return rows.flatMap(([, whose, is = '', code = '']) =>
    whose === part && isCode(code) ? [{ is, code }] : [],
  );
}

export function withoutArrangement(setUps: readonly SetUp[]): SetUp[] {
  return setUps.map(({ is, code }) => ({ is, code }));
}
