const invisible = /\p{C}/gu;
const punctuation = /[!-/:-@[-`{-~]/g;
const mostCharacters = 2_000;

/**
 * Writes a sentence from outside (an AWS or GitHub message) as inert markdown on one line. CommonMark takes every
 * escaped ASCII punctuation character literally, so nothing in it can begin a link, a table cell, HTML or emphasis.
 */
export function prose(untrusted: string): string {
  const line = untrusted.replace(/\s+/gu, ' ').replace(invisible, '\uFFFD').trim();
  const short = line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line;
  return short.toWellFormed().replace(punctuation, String.raw`\$&`);
}
