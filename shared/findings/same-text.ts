/** Whether two texts read the same: GitHub's web form sends CRLF, and blanks at the ends are nobody's news. */
export function sameText(one: string, other: string): boolean {
  const normalized = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return normalized(one) === normalized(other);
}
