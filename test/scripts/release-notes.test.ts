import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const script = join(import.meta.dirname, '../../scripts/release-notes.ts');
const folder = mkdtempSync(join(tmpdir(), 'keyturn-notes-'));
writeFileSync(
  join(folder, 'CHANGELOG.md'),
  `# Changelog

## Unreleased

## [1.10.0] - 2026-12-01

### Added

- A thing.

## 1.1.0

- Another ## thing.
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

function notesOf(...versions: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...versions], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test.each([
  ['1.10.0', '### Added\n\n- A thing.\n'],
  ['1.1.0', '- Another ## thing.\n'],
])('prints what the changelog says of %s', (version, notes) => {
  expect(notesOf(version)).toEqual({ status: 0, stdout: notes, stderr: '' });
});

test.each([['9.9.9'], ['1.1'], ['Unreleased'], []])(
  'fails for %s: no section, or no text in it',
  (...versions) => {
    const { status, stdout, stderr } = notesOf(...versions);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('CHANGELOG.md has no section');
  },
);
