/** The same sequence of numbers from 0 up to 1 for the same seed (mulberry32): what goes wrong by chance can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** True for this share of the calls, such as 0.3, as the seed has it. */
export function shareOf(share: number, random: () => number): () => boolean {
  return () => random() < share;
}
