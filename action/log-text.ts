/**
 * Text from outside for the job log. The runner obeys lines that begin with `::` and whatever follows `##[`, so that
 * a message could otherwise mask words or set commands of its own.
 */
export function logText(untrusted: string): string {
  return untrusted.replace(/^\s*::/gm, ': :').replaceAll('##[', '## [');
}
