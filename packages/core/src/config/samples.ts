import { docsPage } from '../model/advice/docs.ts';
import type { Sample } from '../model/errors.ts';

export const NOTHING_TO_DO = `there is nothing to do yet: no config file was found, and no inputs name a transfer; begin with the smallest config or the smallest inputs, which follow (${docsPage('config')})`;

export const SAMPLES: readonly Sample[] = [
  {
    title: 'The smallest config, as .github/motion-transfer.yml:',
    yaml: `version: 1
provider: empiriolabs
transfers:
  - character: assets/hero.png
    motion: assets/bow.mp4
    output: animations/hero-bow.mp4
`,
  },
  {
    title: 'Or the smallest step of a job that you have:',
    yaml: `- uses: motion-transfer/motion-transfer@v1
  with:
    provider: empiriolabs
    character: assets/hero.png
    motion: assets/bow.mp4
    output: animations/hero-bow.mp4
`,
  },
];
