/** Where the page that `--serve` keeps up can be found by the scripts of the same person on the same machine. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const file = resolve(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'keyturn-sandbox', 'address');

/** The address holds the page's token, so that only its owner may read it. */
export async function rememberAddress(url: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, url, { mode: 0o600 });
}

export async function forgetAddress(): Promise<void> {
  await rm(file, { force: true });
}

/** Undefined: nothing is served. */
export async function readAddress(): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
