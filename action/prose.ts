import { clip, oneLine } from '../shared/trail/text.ts';

const punctuation = /[!-/:-@[-`{-~]/g;
const mostCharacters = 2_000;

/**
 * Writes a sentence from outside (an AWS or GitHub message) as inert markdown on one line. CommonMark takes every
 * escaped ASCII punctuation character literally, so nothing in it can begin a link, a table cell, HTML or emphasis.
 */
export function prose(untrusted: string): string {
  return clip(oneLine(untrusted), mostCharacters).replace(punctuation, String.raw`\$&`);
}
