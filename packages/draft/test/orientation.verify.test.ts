import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type DraftReport, type Orientation, renderDraft } from '../src/index.ts';
import { inTemporaryFolder, writeFigure } from './helpers/media.ts';
import { filmPerformer, filmScene } from './performers/film.ts';
import { walkPast } from './performers/motion.ts';
import { createPerformer } from './performers/performer.ts';

const WALKER = { body: 'casual', motion: 'side steps', background: 'plain', seed: 4 } as const;
const FRAMES = 48;

/** Shoes to the left, and one half of the shirt in another colour. */
const FACING_LEFT = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="360" viewBox="0 0 240 360">
<g stroke-linecap="round" fill="none"><path d="M105 210L98 330M135 210L142 330" stroke="#345" stroke-width="24"/>
<path d="M92 110L60 165L48 225M148 110L180 165L192 225" stroke="#b76" stroke-width="18"/></g>
<path d="M60 322h48v22h-48zM104 322h48v22h-48z" fill="#222"/>
<rect x="85" y="95" width="70" height="125" rx="22" fill="#c33"/><circle cx="120" cy="58" r="36" fill="#eca"/></svg>`;

async function draft(
  folder: string,
  motionPath: string,
  orientation: Orientation,
): Promise<DraftReport> {
  const characterPath = join(folder, 'left.png');
  await sharp(Buffer.from(FACING_LEFT)).toFile(characterPath);
  const outputPath = join(folder, `${orientation}.mp4`);
  return renderDraft({ characterPath, motionPath, outputPath, orientation });
}

test('with video a character turns to where the performer walks, with image it stays as drawn', () =>
  inTemporaryFolder(async (folder) => {
    const toRight = join(folder, 'right.mp4');
    const toLeft = join(folder, 'left.mp4');
    await filmScene(createPerformer(WALKER, walkPast(1)), toRight, FRAMES);
    await filmScene(createPerformer(WALKER, walkPast(-1)), toLeft, FRAMES);
    const turned = await draft(folder, toRight, 'video');
    expect(turned.method).toBe('puppet');
    expect(turned.facing).toEqual({ character: 'left', performer: 'right', isMirrored: true });
    expect(turned.warnings).toEqual([]);
    const kept = await draft(folder, toRight, 'image');
    expect(kept.facing).toEqual({ character: 'left', performer: 'right', isMirrored: false });
    expect(kept.warnings.join(' ')).toContain('orientation video turns the character');
    const agreeing = await draft(folder, toLeft, 'video');
    expect(agreeing.facing).toEqual({ character: 'left', performer: 'left', isMirrored: false });
  }));

test('who dances on the spot, and who is drawn from the front, faces nowhere', () =>
  inTemporaryFolder(async (folder) => {
    const motionPath = join(folder, 'dance.mp4');
    const characterPath = join(folder, 'figure.png');
    await writeFigure(characterPath);
    const dancer = { ...WALKER, motion: 'dancing' } as const;
    await filmPerformer(dancer, motionPath, FRAMES);
    const outputPath = join(folder, 'out.mp4');
    const report = await renderDraft({
      characterPath,
      motionPath,
      outputPath,
      orientation: 'video',
    });
    expect(report.facing).toEqual({ character: 'front', performer: 'front', isMirrored: false });
  }));
