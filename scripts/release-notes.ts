/** Prints what CHANGELOG.md, in the folder that it is run in, says of one version: `node scripts/release-notes.ts 1.2.3`. */
import { readFileSync } from 'node:fs';

const [version = ''] = process.argv.slice(2);
const notes = notesOf(readFileSync('CHANGELOG.md', 'utf8'), version);
if (notes === '') {
  console.error(`CHANGELOG.md has no section "## ${version}" with text. Write it before the tag.`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${notes}\n`);
}

/** The section under `## VERSION`, with or without brackets and a date, down to the next one; empty when there is none. */
function notesOf(text: string, wanted: string): string {
  const sections = text.split(/^## /m).slice(1);
  const section = sections.find((candidate) => /^\[?([^\]\s]+)\]?/.exec(candidate)?.[1] === wanted);
  return section?.replace(/^.*\n/, '').trim() ?? '';
}
