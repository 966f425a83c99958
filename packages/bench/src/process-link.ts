import { fork } from 'node:child_process';
import { once } from 'node:events';

interface Question {
  readonly number: number;
  readonly name: string;
  readonly given: unknown;
}

interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly problem?: string;
}

export interface Link<Requests> {
  ask<Name extends keyof Requests & string>(
    name: Name,
    given: Requests[Name] extends (given: infer Given) => unknown ? Given : never,
  ): Promise<Requests[Name] extends (given: never) => Promise<infer Value> ? Value : never>;
  close(): Promise<void>;
}

/** Starts a module of this package as a process and puts questions to it. It ends with its parent. */
export function startLinked<Requests>(modulePath: string): Link<Requests> {
  const child = fork(modulePath, { serialization: 'advanced', stdio: 'inherit' });
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastNumber = 0;
  child.on('message', (message) => {
    const answer = message as Answer;
    waiting.get(answer.number)?.(answer);
    waiting.delete(answer.number);
  });
  child.once('exit', (code) => {
    const problem = `${modulePath} ended with ${code}`;
    for (const [number, settle] of waiting) settle({ number, problem });
    waiting.clear();
  });
  return {
    ask: (name, given) =>
      new Promise((resolve, reject) => {
        lastNumber += 1;
        const question: Question = { number: lastNumber, name, given };
        waiting.set(question.number, ({ value, problem }) => {
          if (problem != null) reject(new Error(problem));
          else resolve(value as never);
        });
        child.send(question);
      }),
    async close() {
      if (child.exitCode != null || child.signalCode != null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** The other end: answers the parent until it is gone. */
export function answerParent<Requests>(handlers: Requests & object): void {
  const send = (answer: Answer) => process.send?.(answer);
  process.on('message', async (message) => {
    const { number, name, given } = message as Question;
    try {
      const handler = Reflect.get(handlers, name) as (given: unknown) => Promise<unknown>;
      send({ number, value: await handler(given) });
    } catch (cause) {
      send({
        number,
        problem: cause instanceof Error ? (cause.stack ?? cause.message) : `${cause}`,
      });
    }
  });
  process.once('disconnect', () => process.exit());
}
