import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchorsOf, documents, root } from './documents.ts';

const known = new Set(documents.map(({ path }) => path));

describe.each(documents)('$path', ({ path, prose, blocks }) => {
  const links = [...prose.matchAll(/!?\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*src="([^"]+)"/g)]
    .map(({ 1: link, 2: image }) => link ?? image ?? '')
    .filter((link) => !/^https:\/\//.test(link));

  test('links to what is there, and to headings that are there', () => {
    const broken = links.filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, target))) return true;
      const document = documents.find((one) => one.path === target);
      return anchor !== undefined && !(document && anchorsOf(document).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test('has blocks of languages that are checked, and no others', () => {
    const checked = ['bash', 'yaml', 'json', 'dotenv', 'mermaid'];
    expect(blocks.filter(({ language }) => !checked.includes(language))).toEqual([]);
    // Code that is indented and not fenced would be read by nobody.
    expect(prose).not.toMatch(/\n\n {4}\S/);
  });
});

test('the README leads to every document', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const unreachable = [...known].filter(
    (path) => path !== 'README.md' && !path.startsWith('docs/adr/') && !readme.includes(`(${path}`),
  );
  expect(unreachable).toEqual([]);
});
