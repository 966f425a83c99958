import { createFalClient } from '@fal-ai/client';
import { fetchFrom, inputsOf, readTask, runAll, saveFrom, videoPath } from './common.ts';

/** `@fal-ai/client` as its page shows it. */
const { origin, jobs, out } = readTask();
const fal = createFalClient({ credentials: 'id:secret', fetch: fetchFrom(origin) });

await runAll(jobs, async (index) => {
  const { character, motion, prompt } = inputsOf(index);
  const { data } = await fal.subscribe('fal-ai/kling-video/v3/standard/motion-control', {
    input: {
      prompt,
      image_url: character,
      video_url: motion,
      character_orientation: 'image',
    },
  });
  await saveFrom(data.video.url, videoPath(out, index));
});
