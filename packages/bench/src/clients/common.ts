import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';

/** What the bench tells a client: where, how many, and the folder for the videos. */
export function readTask() {
  const { BENCH_ORIGIN, BENCH_JOBS, BENCH_OUT } = process.env;
  if (BENCH_ORIGIN == null || BENCH_JOBS == null || BENCH_OUT == null)
    throw new Error(
      'BENCH_ORIGIN, BENCH_JOBS and BENCH_OUT say what to do; `npm run bench` sets them',
    );
  return { origin: BENCH_ORIGIN, jobs: Number(BENCH_JOBS), out: BENCH_OUT };
}

/** Clients keep the addresses they know; this only leads them to loopback. */
export function fetchFrom(origin: string): typeof fetch {
  const hosts = [
    ['https://queue.fal.run/', `${origin}/fal/`],
    ['https://api.replicate.com/', `${origin}/replicate/`],
    ['https://videos.example/', `${origin}/`],
  ] as const;
  return (input, init) => {
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : null;
    if (url == null) throw new Error('a client asked with a Request, which is not led to loopback');
    return fetch(
      hosts.reduce((led, [from, to]) => led.replace(from, to), url),
      init,
    );
  };
}

/** What their pages show for keeping a result: the whole video, then a file. */
export async function saveFrom(url: string, path: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the download of ${url} answered ${response.status}`);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
}

/** All jobs at once, as a workflow with many transfers would; the last line says how it went. */
export async function runAll(jobs: number, one: (index: number) => Promise<void>): Promise<void> {
  const settled = await Promise.allSettled(Array.from({ length: jobs }, (_, index) => one(index)));
  const reasons = settled.flatMap((each) => (each.status === 'rejected' ? [`${each.reason}`] : []));
  console.log(`${jobs - reasons.length} of ${jobs}`, reasons[0] ?? '');
  process.exitCode = reasons.length > 0 ? 1 : 0;
}

export function openFile(out: string, index: number) {
  return createWriteStream(videoPath(out, index));
}

export function videoPath(out: string, index: number): string {
  return `${out}/${index}.mp4`;
}

/** The addresses of the inputs; nobody reads them. */
export function inputsOf(index: number) {
  return {
    character: `https://files.example/${index}.png`,
    motion: 'https://files.example/wave.mp4',
    prompt: `wave #${index}`,
  };
}
