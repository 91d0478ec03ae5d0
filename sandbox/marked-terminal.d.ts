/** The package ships no types, and the published ones are for an older marked. */
declare module 'marked-terminal' {
  import type { MarkedExtension } from 'marked';

  export function markedTerminal(options?: {
    readonly width?: number;
    readonly reflowText?: boolean;
    readonly tab?: number;
    readonly showSectionPrefix?: boolean;
  }): MarkedExtension;
}
