/** The documents as people read them: their links, and the blocks that people copy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** One fenced block. */
export interface Block {
  /** `FILE:LINE` of its fence. */
  readonly at: string;
  readonly language: string;
  readonly text: string;
}

export interface Document {
  /** From the root. */
  readonly path: string;
  /** Without its fenced blocks. */
  readonly prose: string;
  readonly blocks: readonly Block[];
}

function pathsIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort();
}

const fenced = /^( *)```(\S*)\n([\s\S]*?)^\1```$/gm;

function readDocument(path: string): Document {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks = [...text.matchAll(fenced)].map(({ 2: language = '', 3: content = '', index }) => ({
    at: `${path}:${text.slice(0, index).split('\n').length}`,
    language,
    text: content,
  }));
  return { path, prose: text.replace(fenced, ''), blocks };
}

export const documents: readonly Document[] = ['', 'docs', 'docs/adr'].flatMap(pathsIn).map(readDocument);

export function blocksOf(language: string): Block[] {
  return documents.flatMap(({ blocks }) => blocks.filter((block) => block.language === language));
}

/** Where a heading's link goes. Source: GitHub makes it lower case, drops punctuation and joins words with hyphens. */
export function anchorsOf({ prose }: Document): string[] {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(({ 1: heading = '' }) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
