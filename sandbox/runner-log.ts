/**
 * What GitHub's page shows of a step's log: workflow commands carried out instead of printed, masked values hidden.
 * Source: GitHub docs, "Workflow commands for GitHub Actions".
 */
const command = /^::(?<name>[a-z-]+)(?: [^:]*)?::(?<value>.*)$/;
const unescapes: Readonly<Record<string, string>> = { '%0A': '\n', '%0D': '\r', '%25': '%' };
const titles: Readonly<Record<string, string>> = {
  group: '▸ ',
  notice: 'Notice: ',
  warning: 'Warning: ',
  error: 'Error: ',
};

/** Takes a log line by line, in order: a mask hides its value from then on. */
export class RunnerLog {
  readonly #masks = new Set<string>();

  /** The line as a page would show it; undefined: not at all. */
  show(line: string): string | undefined {
    const { name, value = '' } = command.exec(line)?.groups ?? {};
    if (name === undefined) return this.#mask(line);
    const text = value.replace(/%0A|%0D|%25/g, (code) => unescapes[code] ?? code);
    if (name === 'add-mask') this.#masks.add(text);
    const title = titles[name];
    return title === undefined ? undefined : this.#mask(title + text);
  }

  #mask(text: string): string {
    return [...this.#masks].reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  }
}
