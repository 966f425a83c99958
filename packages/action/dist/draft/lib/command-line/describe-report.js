/** What became of a draft, in sentences. `path`: as the reader would open it. */
export function describeReport(report, path, tookMs) {
    const { durationS, width, height, fps, hasSound, bytes, method, warnings } = report;
    return [
        `${path} is a draft of ${durationS.toFixed(1)} s, ${width} x ${height} at ${Math.round(fps)} frames a second, ${hasSound ? 'with' : 'without'} sound, ${Math.ceil(bytes / 1000)} KB.`,
        method === 'puppet'
            ? 'The character moves as a puppet, joint by joint.'
            : 'The character moves as a whole, without joints:',
        ...warnings,
        `It took ${(tookMs / 1000).toFixed(1)} s and cost $0.00; the picture says DRAFT. \`npm run providers\` lists who sells the real one.`,
    ].join('\n');
}
