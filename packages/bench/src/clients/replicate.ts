import { writeFile } from 'node:fs/promises';
import Replicate from 'replicate';
import { fetchFrom, inputsOf, readTask, runAll, videoPath } from './common.ts';

/** `replicate` as its page shows it: `run` holds a request open until the prediction ends. */
const { origin, jobs, out } = readTask();
const replicate = new Replicate({ auth: 'token', fetch: fetchFrom(origin) });

await runAll(jobs, async (index) => {
  const { character, motion, prompt } = inputsOf(index);
  const output = await replicate.run('kwaivgi/kling-v3-motion-control', {
    input: { prompt, image: character, video: motion },
  });
  // Typed as an object that may be anything; a file is a stream, which is what writeFile takes.
  if (!(output instanceof ReadableStream)) throw new Error('run() gave no file');
  await writeFile(videoPath(out, index), output);
});
