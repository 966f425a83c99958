import { dirname } from 'node:path';
import { sha256OfFile } from '../../media/hash.ts';
import { identifyFiles } from '../../media/identity/identity.ts';
import { resolveInside } from '../../media/paths.ts';
import { MotionTransferError } from '../../model/errors.ts';
import type { GenerateStep } from '../../model/plan.ts';
import type { Purchase } from '../../model/purchase/purchase.ts';
import type { RunContext } from '../context.ts';

/**
 * Moves a verified download to its output path, or finds it there already (an earlier run got that
 * far). Returns the identity of the bytes as a later plan will find it; `null` when they are at
 * neither place and have to be downloaded again.
 *
 * @throws MotionTransferError when a file of somebody else is in the way.
 */
export async function storeOutput(
  context: RunContext,
  step: GenerateStep,
  purchase: Purchase,
  downloadPath: string,
): Promise<string | null> {
  const { ports, workspace } = context;
  const target = await resolveInside(ports, workspace, step.output);
  if (!(await holds(context, target, purchase))) {
    if (!(await holds(context, downloadPath, purchase))) return null;
    await refuseForeignFile(context, step, target, downloadPath);
    await moveInto(context, downloadPath, target);
  }
  return (await identifyFiles(ports, workspace, [step.output])).get(step.output) ?? null;
}

/** The same for a video that has no output path any more: kept in the state directory. */
export async function storeCollected(
  context: RunContext,
  purchase: Purchase,
  downloadPath: string,
  target: string,
): Promise<string | null> {
  if (!(await holds(context, target, purchase))) {
    if (!(await holds(context, downloadPath, purchase))) return null;
    await moveInto(context, downloadPath, target);
  }
  return `sha256:${purchase.download?.sha256}`;
}

async function holds(context: RunContext, path: string, { download }: Purchase): Promise<boolean> {
  return download != null && (await sha256OfFile(context.ports.files, path)) === download.sha256;
}

/** Copied, because the state directory may be on another file system; the target appears whole or not at all. */
export async function moveInto(
  { ports: { files } }: Pick<RunContext, 'ports'>,
  from: string,
  target: string,
): Promise<void> {
  await files.makeDirectory(dirname(target));
  await files.copy(from, target);
}

/** Somebody may have put a file of their own there while the job was under way. */
async function refuseForeignFile(
  { ports, store }: RunContext,
  step: GenerateStep,
  target: string,
  downloadPath: string,
): Promise<void> {
  if ((await ports.files.stat(target)) == null) return;
  if (Object.hasOwn(store.lockfile.outputs, step.output)) return;
  // A run that died between placing a video and writing down that it did.
  const there = await sha256OfFile(ports.files, target);
  if ([...store.purchases.values()].some(({ download }) => download?.sha256 === there)) return;
  throw new MotionTransferError(
    `${step.output} is there already and is not in the lockfile, so it is not overwritten; move it away. The video waits in ${downloadPath}`,
  );
}
