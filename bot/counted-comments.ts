import type { Comments } from '../shared/remediation/ports.ts';

/** Comments, and how many of them this process has written (or may have): whatever was read before may be out of date. */
export function countComments(comments: Comments): { comments: Comments; written: () => number } {
  let count = 0;
  return {
    written: () => count,
    comments: {
      list: (issue) => comments.list(issue),
      async append(issue, body) {
        try {
          await comments.append(issue, body);
        } finally {
          count += 1;
        }
      },
    },
  };
}
