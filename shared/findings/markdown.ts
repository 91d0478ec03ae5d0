import { inert } from '../trail/inert.ts';
import { clip } from '../trail/text.ts';
import { limits } from './limits.ts';

/**
 * Writes text from outside (user names, tag values, services, regions, key ids) as inert markdown that may stand in
 * a table too, where a pipe would end the cell even inside a code span. No value that AWS accepts for a user name,
 * a key id or a tag holds one: what people see is what AWS has.
 */
export function code(untrusted: string): string {
  return inert(shorten(untrusted)).replaceAll('|', '¦');
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
  return clip(text, limits.valueCharacters);
}
