import { stripVTControlCharacters, styleText } from 'node:util';

/** Says what stands for the id of a person, a user group or a channel. */
export type NameOf = (id: string) => string;

/** Without what would steer a terminal; line breaks stay. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (control) =>
    control === '\n' ? control : '',
  );
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** What is shown for `<…>`: https://docs.slack.dev/messaging/formatting-message-text */
function reference(inside: string, nameOf: NameOf): string {
  const [target = '', label] = inside.split('|');
  if (target.startsWith('@')) return styleText('cyan', `@${nameOf(target.slice(1))}`);
  if (target.startsWith('#')) return styleText('cyan', `#${label || nameOf(target.slice(1))}`);
  const [, group] = /^!subteam\^(\w+)/.exec(target) ?? [];
  if (group) return styleText('cyan', `@${nameOf(group)}`);
  if (target.startsWith('!date^')) return label ?? target;
  if (target.startsWith('!')) return styleText('cyan', `@${target.slice(1)}`);
  return styleText('underline', unescaped(label || target));
}

const emphases = [
  [/(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/g, 'bold'],
  [/(?<![\w_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])/g, 'italic'],
  [/(?<![\w~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/g, 'strikethrough'],
] as const;

/** Text that is no code. References stand aside while emphasis is looked for: an address may hold underscores. */
function prose(text: string, nameOf: NameOf): string {
  const references: string[] = [];
  let shown = text.replace(/<([^<>\n]+)>/g, (_whole, inside: string) => {
    references.push(reference(inside, nameOf));
    return `\u0000${references.length - 1}\u0000`;
  });
  for (const [pattern, style] of emphases) {
    shown = shown.replace(pattern, (_whole, inside: string) => styleText(style, inside));
  }
  const resolved = unescaped(shown.replace(/^&gt; ?/gm, '│ '));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: printable text holds none, so it can mark a place.
  return resolved.replace(/\u0000(\d+)\u0000/g, (_whole, index) => references[Number(index)] ?? '');
}

/** Slack's markup as a terminal shows it. Colours follow the terminal, NO_COLOR and FORCE_COLOR. */
export function renderMrkdwn(text: string, nameOf: NameOf): string {
  const parts = printable(text).split(/(```[\s\S]*?```|`[^`\n]+`)/);
  return parts
    .map((part, index) => {
      if (index % 2 === 0) return prose(part, nameOf);
      const code = unescaped(part.replace(/^`+\n?|\n?`+$/g, ''));
      return part.startsWith('```') ? `\n${code.replace(/^/gm, '  ')}\n` : styleText('yellow', code);
    })
    .join('')
    .replace(/\n{2,}/g, '\n\n')
    .trim();
}
