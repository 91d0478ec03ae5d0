import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readTemplateText } from './template.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dockerfile = read('Dockerfile');
/** What is copied from the project; the second stage copies the modules from the first. */
const copied = [
  ...new Set(
    [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' ')),
  ),
];

function importsOf(folder: string): { path: string; specifier: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) =>
      [...read(join(folder, path)).matchAll(/\bfrom '([^']+)'/g)].map(([, specifier = '']) => ({
        path: join(folder, path),
        specifier,
      })),
    );
}

describe("the bot's image", () => {
  test('copies what there is, and lets nothing else into the build', () => {
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const allowed = read('.dockerignore').trim().split('\n');
    expect(allowed).toEqual(['*', ...copied.map((path) => `!${path}`)]);
  });

  test('has everything that the bot imports', () => {
    const { dependencies } = z
      .looseObject({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    const missing = ['bot', 'shared'].flatMap(importsOf).filter(({ path, specifier }) => {
      if (specifier.startsWith('node:')) return false;
      if (!specifier.startsWith('.')) {
        const [scopeOrName = '', name = ''] = specifier.split('/');
        return !((scopeOrName.startsWith('@') ? `${scopeOrName}/${name}` : scopeOrName) in dependencies);
      }
      const [top = ''] = join(path, '..', specifier).split('/');
      return !copied.includes(top);
    });
    expect(missing).toEqual([]);
  });

  test('runs the Node that the project runs, as nobody in particular', () => {
    const [major = ''] = read('.nvmrc').split('.');
    expect(dockerfile).toMatch(new RegExp(`^FROM node:${major}-slim$`, 'm'));
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(readTemplateText('bot.yaml')).toMatch(/^ +User: "1000:1000"$/m);
    expect(dockerfile).toMatch(/^CMD \["node", "bot\/main\.ts"\]$/m);
    expect(existsSync(join(root, 'bot/main.ts'))).toBe(true);
  });
});
