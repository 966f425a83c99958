import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import { expect, test } from 'vitest';
import { type Flaw, flawedPerformer } from '../src/index.ts';
import { dance, girl } from './assets.ts';

async function perform(flaw: Flaw | undefined, tier: 'standard' | 'pro' = 'standard') {
  const bytes = await flawedPerformer(() => flaw)({
    characterBytes: girl,
    motionBytes: dance,
    provider: 'fal',
    tier,
    orientation: 'image',
    keepOriginalSound: true,
    seconds: 4,
    prompt: undefined,
  });
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4] });
  const video = await input.getPrimaryVideoTrack();
  if (video == null) throw new Error('no video track');
  const pictures = new Set<string>();
  for await (const { data } of new EncodedPacketSink(video).packets())
    pictures.add(Buffer.from(data).toString('base64'));
  return {
    seconds: Math.round(await video.computeDuration()),
    size: `${video.codedWidth}x${video.codedHeight}`,
    hasSound: (await input.getPrimaryAudioTrack()) != null,
    isOnePicture: pictures.size === 1,
  };
}

const right = { seconds: 4, size: '1282x720', hasSound: true, isOnePicture: false };

test.each([
  [undefined, {}],
  ['shorter', { seconds: 2 }],
  ['smaller', { size: '854x480' }],
  ['silent', { hasSound: false }],
  ['black', { isOnePicture: true }],
  ['still', { isOnePicture: true }],
] as const)('a result may be %s and else as it should be', async (flaw, differs) => {
  expect(await perform(flaw)).toEqual({ ...right, ...differs });
});

test('a result says the size of its tier', async () => {
  expect((await perform(undefined, 'pro')).size).toBe('1922x1080');
});
