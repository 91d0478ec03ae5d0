import type { KeptBack } from '../shared/findings/dry-run.ts';

/** One line about a write that a dry run kept back. */
export function keptBackTitle(write: KeptBack): string {
  switch (write.kind) {
    case 'open':
      return `Would open: ${write.issue.title}`;
    case 'change':
      return `Would change #${write.number}`;
    case 'comment':
      return `Would comment on #${write.number}`;
  }
}

/** All that would have been written. */
export function keptBackText(write: KeptBack): string {
  switch (write.kind) {
    case 'open':
      return write.issue.body;
    case 'change':
      return JSON.stringify(write.change, null, 2);
    case 'comment':
      return write.body;
  }
}
