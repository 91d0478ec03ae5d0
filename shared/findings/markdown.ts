import { limits } from './limits.ts';

/** Control, format (bidirectional overrides, zero width) and unassigned characters, lone surrogates. */
const invisible = /\p{C}/gu;

/**
 * Writes text from outside (user names, tag values, services, regions, key ids) as inert markdown: a code span.
 *
 * GitHub interprets nothing inside one: no emphasis, HTML, mention, issue reference or link. The only ways out
 * are a backtick, a new line and, in a table, a pipe, so these are replaced. No value that AWS accepts for a
 * user name, a key id or a tag holds any of them: what people see is what AWS has.
 */
export function code(untrusted: string): string {
  const visible = shorten(untrusted)
    .replace(/\s/gu, ' ')
    .replace(invisible, '\uFFFD')
    .replaceAll('`', 'ˋ')
    .replaceAll('|', '¦')
    .trim();
  return visible === '' ? '(empty)' : `\`${visible}\``;
}

/** GitHub logins. Source: the form's own rule; at most 39 letters, digits and single inner hyphens. */
const login = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;

/** Mentions the person when the text is a GitHub login and nothing else; otherwise the text, inert. */
export function mention(untrusted: string): string {
  return login.test(untrusted) ? `@${untrusted}` : code(untrusted);
}

/**
 * Text for an issue's title, which GitHub shows as plain text except for code spans: what IAM does not allow in
 * a user name is replaced.
 */
export function plainName(untrusted: string): string {
  return shorten(untrusted).replace(/[^\w+=,.@-]/g, '\uFFFD');
}

/** A part of a URL that may stand in a markdown link: encodeURIComponent leaves a few that markdown reads. */
export function urlPart(untrusted: string): string {
  return encodeURIComponent(untrusted.toWellFormed()).replace(
    /[!'()*~_]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function shorten(text: string): string {
  return text.length <= limits.valueCharacters ? text : `${text.slice(0, limits.valueCharacters - 1)}…`;
}
