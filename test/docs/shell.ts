/** The few words of a shell that the documents use. */

/** The words of each command of a bash block: lines that end in `\`, `&&` and pipes are understood, quotes too. */
export function commandsIn(block: string): string[][] {
  return block
    .replaceAll(/\\\n\s*/g, ' ')
    .split(/\n|&&|\|/)
    .map((line) => wordsOf(line).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
}

function wordsOf(line: string): string[] {
  const words = line.trim().match(/(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replaceAll(/["']/g, ''));
}

/** Variables set in front of a command, and the command. */
export function withoutVariables(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return first < 0 ? [] : words.slice(first);
}

/** The values after each option, up to the next one: `--capabilities X` is `['X']`. */
export function optionsOf(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, string[]>();
  let values: string[] = [];
  for (const word of words) {
    if (/^-{1,2}[a-z]/i.test(word)) {
      values = options.get(word) ?? [];
      options.set(word, values);
    } else values.push(word);
  }
  return options;
}
