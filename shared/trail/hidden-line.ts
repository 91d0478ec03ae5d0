/**
 * A line of an issue's body that people do not see: plain JSON in an HTML comment. It finds issues and proves nothing,
 * because whoever may edit the issue can change it.
 *
 * All but plain ASCII is escaped, and so is whatever could close the comment (`-`, `<`, `>`): the JSON cannot get out of
 * it, and stays one line.
 */
export function writeHiddenLine(name: string, content: object): string {
  const json = JSON.stringify(content).replace(
    /[^\x20-\x7e]|[<>-]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${openingOf(name)}${json}${closing}`;
}

/**
 * The text of the last such line; undefined when there is none or the last one is garbled. It is a whole line, which no
 * untrusted text can be (that is shown as code, without line breaks), and the last one counts, so that the issue is
 * still found when somebody wrote below it.
 */
export function readHiddenLine(name: string, body: string): string | undefined {
  const opening = openingOf(name);
  const line = body
    .split('\n')
    // With four blanks before it, it would be code that somebody quotes.
    .map((text) => text.trimEnd().replace(/^ {1,3}/, ''))
    .findLast((text) => text.startsWith(opening));
  return line?.endsWith(closing) ? line.slice(opening.length, -closing.length) : undefined;
}

const closing = ' -->';

function openingOf(name: string): string {
  return `<!-- keyturn:${name} `;
}
