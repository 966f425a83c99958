import { writeFile } from 'node:fs/promises';
import { createFal } from '@ai-sdk/fal';
import { createReplicate } from '@ai-sdk/replicate';
import { experimental_generateVideo as generateVideo } from 'ai';
import { fetchFrom, inputsOf, readTask, runAll, videoPath } from './common.ts';

/** `ai` with the provider named by BENCH_PROVIDER. Its own download refuses loopback, so it is given one. */
const { origin, jobs, out } = readTask();
const fetchHere = fetchFrom(origin);
const model =
  process.env.BENCH_PROVIDER === 'replicate'
    ? createReplicate({ apiToken: 'token', fetch: fetchHere }).video(
        'kwaivgi/kling-v3-motion-control',
      )
    : createFal({ apiKey: 'key', fetch: fetchHere }).video(
        'kling-video/v3/standard/motion-control',
      );

await runAll(jobs, async (index) => {
  const { video } = await generateVideo({
    model,
    prompt: inputsOf(index).prompt,
    async download({ url, abortSignal }) {
      const response = await fetchHere(url, { signal: abortSignal ?? null });
      if (!response.ok) throw new Error(`the download answered ${response.status}`);
      const mediaType = response.headers.get('content-type') ?? undefined;
      return { data: new Uint8Array(await response.arrayBuffer()), mediaType };
    },
  });
  await writeFile(videoPath(out, index), video.uint8Array);
});
