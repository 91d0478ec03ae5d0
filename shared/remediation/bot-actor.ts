/** Keyturn itself, as the actor of what follows from people's decisions. */
export const bot = { kind: 'bot', id: 'keyturn', name: 'Keyturn' } as const;
