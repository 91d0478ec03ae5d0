/** The files of the page: its own, and those of the libraries that it loads. */
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');

/** Paths as in the repository, so that imports mean the same to the browser and to the type check. */
const served = [
  /^\/sandbox\/page\/browser\/[a-z-]+\.(?:js|css|svg)$/,
  /^\/node_modules\/lit-html\/(?:directives\/)?[a-z-]+\.js$/,
  /^\/node_modules\/marked\/lib\/marked\.esm\.js$/,
  /^\/node_modules\/dompurify\/dist\/purify\.es\.mjs$/,
];

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface FileAnswer {
  readonly type: string;
  readonly content: Buffer;
}

/** `path` begins with a slash; `/` is the page. Undefined: there is no such file for a browser. */
export async function readServed(path: string): Promise<FileAnswer | undefined> {
  const file = path === '/' ? '/sandbox/page/browser/page.html' : path;
  if (path !== '/' && !served.some((pattern) => pattern.test(path))) return undefined;
  try {
    return { type: types[extname(file)] ?? 'text/plain', content: await readFile(root + file) };
  } catch {
    return undefined;
  }
}
