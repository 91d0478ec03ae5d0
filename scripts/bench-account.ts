import { World } from '../sandbox/aws/world.ts';

/** The size of an AWS account, in users. */
export interface Scale {
  readonly users: number;
  /** With a key over 90 days. */
  readonly nonCompliant: number;
  /** Non-compliant users with a console password that was never used: AWS's report does not date those. */
  readonly neverUsedPasswords: number;
}

export const scales: readonly Scale[] = [
  { users: 50, nonCompliant: 25, neverUsedPasswords: 3 },
  { users: 500, nonCompliant: 250, neverUsedPasswords: 25 },
  { users: 5_000, nonCompliant: 500, neverUsedPasswords: 50 },
];

/** Days, as of the benchmark's Config rule. */
export const maxAccessKeyAge = 90;

/** An account of that size, evaluated by its Config rule. Non-compliant users lie evenly among the others. */
export function benchWorld({ users, nonCompliant, neverUsedPasswords }: Scale): World {
  const world = new World();
  const each = users / nonCompliant;
  for (let index = 0; index < users; index += 1) {
    const over = index % each === 0;
    world.addUser({
      name: `user-${index}`,
      tags: { owner: `owner-${index}` },
      keys: [
        {
          createdAt: world.daysAgo(over ? 100 + (index % 300) : 10),
          ...(index % 3 > 0 && { lastUsed: { at: world.daysAgo(1 + (index % 9)) } }),
        },
      ],
      ...(over && index / each < neverUsedPasswords && { loginProfile: { createdAt: world.daysAgo(200) } }),
    });
  }
  world.addRule({ maxAccessKeyAge });
  world.evaluateRule();
  return world;
}
