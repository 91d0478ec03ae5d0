/**
 * Remembers each answer for `shelfLife` milliseconds from when it was asked for. Who asks meanwhile waits for the same
 * answer; a failure is not remembered.
 */
export function createFreshCache<Key, Answer>(
  shelfLife: number,
  now: () => Date,
  ask: (key: Key) => Promise<Answer>,
): (key: Key) => Promise<Answer> {
  const held = new Map<Key, { readonly answer: Promise<Answer>; readonly askedAt: number }>();
  return (key) => {
    const moment = now().getTime();
    for (const [one, { askedAt }] of held) if (moment - askedAt >= shelfLife) held.delete(one);
    const known = held.get(key);
    if (known) return known.answer;
    const answer = ask(key);
    const entry = { answer, askedAt: moment };
    held.set(key, entry);
    answer.catch(() => {
      if (held.get(key) === entry) held.delete(key);
    });
    return answer;
  };
}
