import { cancelAsRunnerDoes } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { namesOfArtifact, oneTransfer, sharedTemporary, startWorkbench } from './workbench.ts';

const HOUR_MS = 3_600_000;

describe.concurrent('the post step', () => {
  test.each(['artifact-create', 'artifact-upload'] as const)(
    'uploads after a run whose %s hung when it was cancelled, which ended its process itself',
    async (at) => {
      const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
      bench.emulator.inject({ at, kind: 'stall', ms: Infinity });
      const environment = sharedTemporary(bench);
      const running = bench.start({}, { environment });
      const where = at === 'artifact-create' ? /CreateArtifact$/ : /blob/;
      await bench.emulator.waitFor(({ path, status }) => where.test(path) && status === 'pending');
      expect(await cancelAsRunnerDoes(running.child, { sigintMs: HOUR_MS })).toBe('SIGINT');
      await running.finished;
      expect(bench.exists('animations/wave.mp4')).toBe(true);

      bench.emulator.clearFaults();
      const post = await bench.run({}, { environment, phase: 'post' });
      expect(post.stdout).toContain('uploaded what the interrupted run left behind');
      expect(namesOfArtifact(bench, bench.emulator.artifacts.length - 1)).toContain(
        'animations/wave.mp4',
      );
    },
  );
});
