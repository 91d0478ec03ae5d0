import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { keyIdOf, parsePrivateKey, parsePublicKey } from '../../shared/trail/signature.ts';

const script = join(import.meta.dirname, '../../scripts/trail-key.ts');

function make(): { text: string; ids: unknown[] } {
  const text = execFileSync(process.execPath, [script], { encoding: 'utf8' });
  const halves = [
    parsePublicKey(/^ +- (\S+)$/m.exec(text)?.[1] ?? ''),
    parsePrivateKey(/KEYTURN_TRAIL_KEY=(\S+)$/m.exec(text)?.[1] ?? ''),
  ];
  return { text, ids: halves.map((half) => (half.ok ? keyIdOf(half.key) : half.problem)) };
}

test('a new pair each time, each half with its place', () => {
  const { text, ids } = make();
  expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(ids[1]).toBe(ids[0]);
  expect(text).toContain(`A new trail key, ${ids[0]}.`);
  expect(make().ids).not.toEqual(ids);
});
