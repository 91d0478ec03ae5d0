import type { World } from '../../../shared/remediation/ports.ts';

/** What goes wrong: at one port call, before or after it took effect. A crash takes the process with it. */
export interface Fault {
  readonly call: number;
  readonly moment: 'before' | 'after';
  readonly kind: 'crash' | 'error';
}

const ports = [
  'users',
  'rules',
  'runbooks',
  'issues',
  'comments',
  'bulkIssues',
  'bulkBoard',
  'conversation',
  'directory',
  'policies',
] as const;

/** A process in which one port call fails. `calls` names all that were made. */
export function withFault(world: World, fault: Fault | undefined): { world: World; calls: string[] } {
  const calls: string[] = [];
  let isDead = false;
  const run = async (name: string, call: () => Promise<unknown>) => {
    if (isDead) throw new Error('the process is dead');
    calls.push(name);
    if (!fault || calls.length !== fault.call) return call();
    if (fault.moment === 'after') await call();
    isDead = fault.kind === 'crash';
    throw new Error(`${fault.kind} ${fault.moment} ${name}`);
  };
  const wrap = <Port extends object>(portName: string, port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) =>
          run(`${portName}.${String(name)}`, () => Reflect.apply(method, target, args));
      },
    });
  const faulty = { ...world };
  for (const name of ports) Object.assign(faulty, { [name]: wrap(name, world[name]) });
  return { world: faulty, calls };
}

/**
 * A process whose port calls take as many turns as the numbers say, again and again: different numbers, another order
 * of what several processes do.
 */
export function withDelays(world: World, turns: readonly number[]): World {
  let next = 0;
  const delayed = { ...world };
  for (const name of ports) {
    const port = new Proxy(world[name], {
      get: (target, method) => {
        const member: unknown = Reflect.get(target, method);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const count = turns[next % turns.length] ?? 0;
          next += 1;
          for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
          return Reflect.apply(member, target, args);
        };
      },
    });
    Object.assign(delayed, { [name]: port });
  }
  return delayed;
}
