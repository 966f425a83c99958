import { relative } from 'node:path';
import { describeReport } from './command-line/describe-report.js';
import { HELP, readOptions, UsageError } from './command-line/read-options.js';
import { DraftError } from './errors.js';
import { renderDraft } from './render-draft.js';
/** npm runs scripts in the package's folder and tells where it was called. */
const where = process.env.INIT_CWD ?? process.cwd();
try {
    const command = readOptions(process.argv.slice(2), where);
    if (command == null) {
        console.log(HELP);
    }
    else {
        const startMs = performance.now();
        const report = await renderDraft(command.options);
        const path = relative(where, command.options.outputPath);
        const tookMs = performance.now() - startMs;
        console.log(command.isJson ? JSON.stringify(report, null, 2) : describeReport(report, path, tookMs));
    }
}
catch (error) {
    if (error instanceof UsageError) {
        console.error(`${error.message}\nAll options: npm run draft -- --help`);
        process.exitCode = 2;
    }
    else {
        console.error(error instanceof DraftError ? error.message : error);
        process.exitCode = 1;
    }
}
