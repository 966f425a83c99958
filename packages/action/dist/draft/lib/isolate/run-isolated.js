import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DraftError, DraftStoppedError, messageOf } from '../errors.js';
import { errorNamed, errorOfDeath } from './crash.js';
/** A codec may also hang. Signs of life come every second or so; a machine can be very busy. */
const LONGEST_SILENCE_MS = 2 * 60_000;
const LAST_WORDS_CHARACTERS = 4000;
/** Short-lived objects before they are swept: frames are large, and swept late they fill the memory. */
const YOUNG_MB = 8;
/** What Node keeps of modules that it translated. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));
/** The child needs no secret of the caller: what it gets is listed. */
const NEEDED = /^(PATH|Path|HOME|USERPROFILE|SystemRoot|windir|ComSpec|TMPDIR|TEMP|TMP|LANG|LC_ALL|LD_LIBRARY_PATH|DYLD_\w+|UV_THREADPOOL_SIZE)$/;
/**
 * Runs a job in a process of its own. Decoders and image libraries are native code that reads files of strangers: when
 * one crashes, that process ends and the caller gets a typed error. The child never outlives this call or its caller.
 *
 * Throws the job's own errors, and `DraftStoppedError` when the signal is aborted.
 */
export async function runIsolated(name, request, { signal, onProgress }) {
    if (signal?.aborted)
        throw stopped(signal);
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const child = fork(new URL(`./child.${extension}`, import.meta.url), {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        serialization: 'advanced',
        execArgv: [`--max-semi-space-size=${YOUNG_MB}`],
        env: {
            ...Object.fromEntries(Object.entries(process.env).filter(([key]) => NEEDED.test(key))),
            // glibc gives each codec thread an arena of its own, and frames pile up in all of them.
            MALLOC_ARENA_MAX: '2',
            // From its source, the engine would be translated anew by every process and thread.
            ...(extension === 'ts' ? { NODE_COMPILE_CACHE: COMPILED } : {}),
        },
    });
    const ended = endOf(child);
    let stop = () => { };
    let silence;
    try {
        return await new Promise((resolve, reject) => {
            let file = null;
            const listen = () => {
                clearTimeout(silence);
                silence = setTimeout(() => {
                    reject(errorOfDeath({ code: 0, signal: null, lastWords: '' }, file));
                }, LONGEST_SILENCE_MS);
            };
            stop = () => reject(stopped(signal));
            signal?.addEventListener('abort', stop, { once: true });
            child.on('message', (reply) => {
                listen();
                switch (reply.kind) {
                    case 'enter':
                        file = reply.file;
                        break;
                    case 'alive':
                        break;
                    case 'progress':
                        try {
                            onProgress?.(reply.progress);
                        }
                        catch (error) {
                            reject(error);
                        }
                        break;
                    case 'done':
                        resolve(reply.result);
                        break;
                    case 'failed':
                        reject(errorNamed(reply.name, reply.message));
                        break;
                }
            });
            child.on('error', (cause) => {
                reject(new DraftError(`The process that draws drafts failed: ${messageOf(cause)}.`, { cause }));
            });
            ended.then((death) => reject(errorOfDeath(death, file)));
            listen();
            child.send({ name, request }, () => undefined);
        });
    }
    finally {
        clearTimeout(silence);
        signal?.removeEventListener('abort', stop);
        child.kill('SIGKILL');
        if (child.pid != null)
            await ended;
    }
}
function stopped(signal) {
    return new DraftStoppedError('The draft was stopped before it was finished.', {
        cause: signal?.reason,
    });
}
/** Settles when the child is gone and everything it said was heard. */
async function endOf(child) {
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => {
        lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS);
    });
    const heard = new Promise((resolve) => child.once('disconnect', () => resolve()));
    const [code, signal] = await new Promise((resolve) => {
        child.once('close', (...end) => resolve(end));
    });
    await heard;
    return { code, signal, lastWords };
}
