/** One task at a time for each name, in this process: another one is not kept out, and the trail settles who was first. */
export interface Locks {
  run<Result>(name: string, task: () => Promise<Result>): Promise<Result>;
}

/** Locks within this process. Whoever comes while a name is taken waits for their turn. */
export function createLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(name, task) {
      const turn = (tails.get(name) ?? Promise.resolve()).then(task);
      const tail = turn.catch(() => undefined);
      tails.set(name, tail);
      try {
        return await turn;
      } finally {
        if (tails.get(name) === tail) tails.delete(name);
      }
    },
  };
}
