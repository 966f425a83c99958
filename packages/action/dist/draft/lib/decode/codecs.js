import { CodecMissingError, messageOf } from '../errors.js';
let registered = null;
/**
 * Registers the native decoders and encoders with mediabunny, once per process. The native package is large and may
 * be absent, so it is imported only when a video is really read or written.
 * Throws `CodecMissingError`.
 */
export function registerCodecs() {
    registered ??= register();
    return registered;
}
async function register() {
    try {
        const { registerMediabunnyServer } = await import('@mediabunny/server');
        registerMediabunnyServer({ hardwareContext: null });
        encodeOnOneThread((await import('node-av')).CodecContext.prototype);
    }
    catch (cause) {
        registered = null;
        throw new CodecMissingError(`Drafts need the native codec package node-av, which could not be loaded (${messageOf(cause)}). ` +
            'Run `npm install @mediabunny/server node-av`, or use a provider instead of drafts on this platform.', { cause });
    }
}
/**
 * x264 takes a thread per core and cuts each picture into as many slices, so that another machine would write other
 * bytes. mediabunny's adapter passes no thread count on; it is set where the adapter creates its codecs.
 */
function encodeOnOneThread(contexts) {
    const allocate = contexts.allocContext3;
    contexts.allocContext3 = function (codec) {
        allocate.call(this, codec);
        if (codec?.isEncoder())
            this.threadCount = 1;
    };
}
