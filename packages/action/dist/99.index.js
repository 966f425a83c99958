export const id = 99;
export const ids = [99];
export const modules = {

/***/ 22099:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  compareWith: () => (/* reexport */ compareWith),
  createGitHubClient: () => (/* reexport */ createGitHubClient),
  createGitHubPort: () => (/* reexport */ createGitHubPort),
  createPullRequestApi: () => (/* reexport */ createPullRequestApi),
  createPullRequestsApi: () => (/* reexport */ createPullRequestsApi),
  readCommitOf: () => (/* reexport */ readCommitOf),
  readFileAt: () => (/* reexport */ readFileAt),
  readFilesAt: () => (/* reexport */ readFilesAt),
  readMergeBaseOf: () => (/* reexport */ readMergeBaseOf),
  readPullRequestsOf: () => (/* reexport */ readPullRequestsOf),
  readRepository: () => (/* reexport */ readRepository)
});

// EXTERNAL MODULE: ../core/lib/index.js + 66 modules
var lib = __webpack_require__(18003);
// EXTERNAL MODULE: ../core/lib/shell.js + 160 modules
var shell = __webpack_require__(64718);
// EXTERNAL MODULE: ./lib/secrets.js
var secrets = __webpack_require__(58689);
// EXTERNAL MODULE: ./lib/github/errors.js
var errors = __webpack_require__(52219);
;// CONCATENATED MODULE: ./lib/github/client.js




const HEADERS_TIMEOUT_MS = 20_000;
const BODY_TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 16 * 1_048_576;
const RETRY = { limit: { tries: 4 }, baseMs: 2_000, maxMs: 20_000 };
/** A rate limit that lasts longer is an answer: the job should not sit there and wait. */
const LONGEST_PAUSE_MS = 60_000;
/** 100 comments a page: nobody reads beyond ten thousand. */
const MAX_PAGES = 100;
function createGitHubClient(ports, connection) {
    const { http, clock } = ports;
    const { apiUrl, graphqlUrl, token, allowLoopback, allowPrivate } = connection;
    const send = async (request) => {
        const response = await http.send({
            method: request.method,
            url: request.url,
            headers: {
                accept: request.accept ?? 'application/vnd.github+json',
                authorization: `Bearer ${token}`,
                'user-agent': 'motion-transfer',
                'x-github-api-version': '2022-11-28',
                ...(request.body == null ? {} : { 'content-type': 'application/json' }),
            },
            ...(request.body == null ? {} : { body: JSON.stringify(request.body) }),
            headersTimeoutMs: HEADERS_TIMEOUT_MS,
            bodyTimeoutMs: BODY_TIMEOUT_MS,
            allowLoopback,
            allowPrivate,
            ...(request.signal == null ? {} : { signal: request.signal }),
        });
        const limits = { what: "GitHub's answer", maxBytes: MAX_ANSWER_BYTES };
        const text = await (0,shell/* readText */.yR)(clock, response, limits);
        return { status: response.status, headers: response.headers, text };
    };
    const read = (request) => (0,shell/* withRetry */.bD)(ports, { ...RETRY, afterError: shell/* afterLostRequest */.GS }, async (attempt) => {
        const answer = await send(request);
        // The last answer stands, whatever it is.
        if (attempt === RETRY.limit.tries)
            return answer;
        return afterAnswer(answer, clock.nowMs()) ?? answer;
    });
    const client = {
        connection,
        async get(path, { accept, allowed = [] } = {}) {
            const url = path.startsWith('http') ? path : `${apiUrl}${path}`;
            return check(await read({ method: 'GET', url, ...(accept == null ? {} : { accept }) }), path, allowed);
        },
        async list(path) {
            const items = [];
            let next = `${apiUrl}${path}${path.includes('?') ? '&' : '?'}per_page=100`;
            for (let page = 1; next != null && page <= MAX_PAGES; page++) {
                const answer = await client.get(next);
                const part = parseJson(answer.text);
                if (!Array.isArray(part))
                    throw new lib/* NoAnswerError */.i5(`GitHub's answer to ${path} is not a list`);
                items.push(...part);
                next = nextPage(answer.headers.link, apiUrl);
            }
            return items;
        },
        async write(method, path, body) {
            return check(await send({ method, url: `${apiUrl}${path}`, body: publish(body) }), path);
        },
        post: (url, body, signal) => send({ method: 'POST', url, body, signal }),
        async readClock() {
            // docs: Get rate limit status for the authenticated user: it counts against no limit. 404: there is none.
            const beforeMs = clock.nowMs();
            const answer = await client.get('/rate_limit', { allowed: [404] }).catch(() => null);
            const asked = { source: new URL(apiUrl).host, beforeMs, afterMs: clock.nowMs() };
            return answer == null ? null : (0,shell/* readClock */.$t)(answer.headers, asked);
        },
        async viewerLogin() {
            const body = { query: '{ viewer { login } }' };
            const answer = check(await read({ method: 'POST', url: graphqlUrl, body }), 'viewer');
            const login = memberOf(parseJson(answer.text), 'data', 'viewer', 'login');
            if (typeof login === 'string' && login !== '')
                return login;
            throw new lib/* NoAnswerError */.i5('GitHub did not say whose the token is');
        },
    };
    return client;
}
/** What is shown to everybody who may read the repository, without a secret in any text of it. */
function publish(body) {
    const redact = (_key, member) => typeof member === 'string' ? secrets/* redactor */.$p.redact(member) : member;
    return body == null ? body : JSON.parse(JSON.stringify(body, redact));
}
/** Whether the same read may be answered otherwise a moment later; `null` when the answer stands. */
function afterAnswer({ status, headers }, nowMs) {
    const because = `HTTP ${status}`;
    if (status >= 500)
        return new shell/* Again */.Nj(because);
    const isLimited = status === 429 ||
        (status === 403 &&
            (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] != null));
    if (!isLimited)
        return null;
    // docs: Rate limits for the REST API: wait for retry-after, or until x-ratelimit-reset.
    const afterMs = Number(headers['retry-after'] ?? Number.NaN) * 1_000;
    const resetMs = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1_000 - nowMs;
    const pauseMs = Number.isFinite(afterMs) ? afterMs : Number.isFinite(resetMs) ? resetMs : 0;
    return pauseMs >= 0 && pauseMs <= LONGEST_PAUSE_MS ? new shell/* Again */.Nj(because, pauseMs) : null;
}
function check(answer, path, allowed = []) {
    const { status, text } = answer;
    if ((status >= 200 && status < 300) || allowed.includes(status))
        return answer;
    const said = memberOf(parseJson(text), 'message');
    const reason = typeof said === 'string' ? ` (${(0,shell/* cutForeign */.bZ)(said)})` : '';
    const message = `GitHub answered ${status}${reason} to ${path}`;
    if (status >= 500 || status === 429)
        throw new lib/* NoAnswerError */.i5(message);
    throw new errors/* GitHubRefusalError */.c(status, message);
}
/** The next page, only when it is on the same API: the token goes nowhere else. */
function nextPage(link, apiUrl) {
    const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
    return next?.startsWith(`${apiUrl}/`) === true ? next : null;
}
function parseJson(text) {
    try {
        return (0,shell/* parseBoundedJson */.Rj)(text);
    }
    catch {
        return null;
    }
}
/** A member of an answer, or `undefined` wherever the answer is not what it should be. */
function memberOf(value, ...names) {
    let inner = value;
    for (const name of names) {
        if (typeof inner !== 'object' || inner == null || !Object.hasOwn(inner, name))
            return undefined;
        inner = Object.getOwnPropertyDescriptor(inner, name)?.value;
    }
    return inner;
}

// EXTERNAL MODULE: ../../node_modules/zod/v4/classic/schemas.js + 13 modules
var schemas = __webpack_require__(95943);
// EXTERNAL MODULE: ./lib/github/context.js
var context = __webpack_require__(40161);
;// CONCATENATED MODULE: ./lib/github/pull-request-api.js




const time = schemas/* string */.YjP().transform((text) => Date.parse(text));
const account = schemas/* object */.Ikc({ login: schemas/* string */.YjP() }).nullish();
const comment = schemas/* object */.Ikc({
    id: schemas/* number */.aig(),
    user: account,
    body: schemas/* string */.YjP().nullish(),
    updated_at: time,
});
const pull_request_api_event = schemas/* object */.Ikc({
    event: schemas/* string */.YjP(),
    actor: account,
    created_at: time,
    label: schemas/* object */.Ikc({ name: schemas/* string */.YjP() }).nullish(),
});
const pull = schemas/* object */.Ikc({
    head: schemas/* object */.Ikc({ sha: schemas/* string */.YjP(), repo: schemas/* object */.Ikc({ full_name: schemas/* string */.YjP() }).nullish() }),
    base: schemas/* object */.Ikc({ sha: schemas/* string */.YjP(), ref: schemas/* string */.YjP() }),
    labels: schemas/* array */.YOg(schemas/* object */.Ikc({ name: schemas/* string */.YjP() })),
});
const pull_request_api_status = schemas/* object */.Ikc({
    context: schemas/* string */.YjP(),
    description: schemas/* string */.YjP().nullish(),
    creator: account,
    created_at: time,
});
const permission = schemas/* object */.Ikc({ permission: schemas/* string */.YjP(), role_name: schemas/* string */.YjP().nullish() });
function createPullRequestApi(client, repository, number) {
    const base = `/repos/${repository}`;
    const one = async (path, schema) => parse(schema, parseJson((await client.get(path)).text), path);
    return {
        async comments() {
            const path = `${base}/issues/${number}/comments`;
            return parse(schemas/* array */.YOg(comment), await client.list(path), path).map(({ id, user, body }) => ({
                id,
                login: user?.login ?? '',
                body: body ?? '',
            }));
        },
        async createComment(body) {
            await client.write('POST', `${base}/issues/${number}/comments`, { body });
        },
        async updateComment(id, body) {
            await client.write('PATCH', `${base}/issues/comments/${id}`, { body });
        },
        async deleteComment(id) {
            await client.write('DELETE', `${base}/issues/comments/${id}`);
        },
        async statuses(sha, context) {
            const path = `${base}/commits/${sha}/statuses`;
            return parse(schemas/* array */.YOg(pull_request_api_status), await client.list(path), path)
                .filter((item) => item.context === context)
                .map(({ creator, description, created_at }) => ({
                creator: creator?.login ?? '',
                description: description ?? '',
                atMs: created_at,
            }));
        },
        async addStatus(sha, { state, context, description, targetUrl }) {
            const body = { state, context, description, target_url: targetUrl };
            await client.write('POST', `${base}/statuses/${sha}`, body);
        },
        ownLogin: () => client.viewerLogin(),
        async labelEvents() {
            const path = `${base}/issues/${number}/events`;
            return parse(schemas/* array */.YOg(pull_request_api_event), await client.list(path), path).flatMap(({ event: kind, actor, created_at, label }) => (kind === 'labeled' || kind === 'unlabeled') && label != null
                ? [
                    {
                        event: kind,
                        label: label.name,
                        actor: actor?.login ?? '',
                        atMs: created_at,
                    },
                ]
                : []);
        },
        async roleOf(login) {
            const path = `${base}/collaborators/${encodeURIComponent(login)}/permission`;
            try {
                const { permission: level, role_name: role } = await one(path, permission);
                return role ?? level;
            }
            catch (error) {
                if (error instanceof errors/* GitHubRefusalError */.c && error.status === 404)
                    return 'none';
                throw error;
            }
        },
        async current() {
            const { head, base: into, labels } = await one(`${base}/pulls/${number}`, pull);
            return {
                headSha: head.sha,
                baseSha: into.sha,
                baseRef: into.ref,
                isFork: head.repo?.full_name.toLowerCase() !== repository.toLowerCase(),
                labels: labels.map(({ name }) => name),
            };
        },
    };
}
/** @throws NoAnswerError when an answer is not what the documentation says. */
function parse(schema, value, path) {
    const parsed = schema.safeParse(value);
    if (parsed.success)
        return parsed.data;
    throw new lib/* NoAnswerError */.i5(`GitHub's answer to ${path} is not what its documentation says`, {
        cause: parsed.error,
    });
}

;// CONCATENATED MODULE: ./lib/github/commit-api.js




const repositorySchema = schemas/* object */.Ikc({
    default_branch: schemas/* string */.YjP().min(1),
    private: schemas/* boolean */.zMY(),
    visibility: schemas/* string */.YjP().optional(),
});
const commitSchema = schemas/* object */.Ikc({ sha: schemas/* string */.YjP() });
const comparison = schemas/* object */.Ikc({ status: schemas/* enum */.k5n(['identical', 'behind', 'ahead', 'diverged']) });
const objectId = schemas/* string */.YjP().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const mergeBase = schemas/* object */.Ikc({ merge_base_commit: schemas/* object */.Ikc({ sha: objectId }) });
const tree = schemas/* object */.Ikc({
    truncated: schemas/* boolean */.zMY(),
    tree: schemas/* array */.YOg(schemas/* object */.Ikc({ path: schemas/* string */.YjP(), mode: schemas/* string */.YjP(), type: schemas/* string */.YjP(), sha: schemas/* string */.YjP() })),
});
const pullSchema = schemas/* object */.Ikc({
    number: schemas/* number */.aig().int().positive(),
    state: schemas/* string */.YjP(),
    merged_at: schemas/* string */.YjP().nullish(),
    merge_commit_sha: schemas/* string */.YjP().nullish(),
    head: schemas/* object */.Ikc({ sha: schemas/* string */.YjP(), repo: schemas/* object */.Ikc({ full_name: schemas/* string */.YjP() }).nullish() }),
    base: schemas/* object */.Ikc({ sha: schemas/* string */.YjP(), ref: schemas/* string */.YjP() }),
});
/** docs: Get a repository. It needs no permission beyond `metadata: read`, which every token has. */
async function readRepository(client, repository) {
    const path = `/repos/${repository}`;
    const found = parse(repositorySchema, parseJson((await client.get(path)).text), path);
    return { defaultBranch: found.default_branch, visibility: (0,context/* readVisibility */.tQ)(found) };
}
/** docs: Get a commit (`contents: read`; none for a public repository). `null` when GitHub knows none. */
async function readCommitOf(client, repository, ref) {
    const path = `/repos/${repository}/commits/${encodeURIComponent(ref)}`;
    const answer = await client.get(path, { allowed: [404, 422] });
    if (answer.status >= 400)
        return null;
    return parse(commitSchema, parseJson(answer.text), path).sha;
}
/** docs: Compare two commits (`contents: read`). `null` when GitHub does not know the commit. */
async function compareWith(client, repository, sha, branch) {
    return compare(client, repository, [branch, sha], comparison).then((found) => found?.status ?? null);
}
/** The newest commit that a branch or commit and another commit have in common; `null` when GitHub does not know one of them. */
async function readMergeBaseOf(client, repository, base, sha) {
    return compare(client, repository, [base, sha], mergeBase).then((found) => found?.merge_base_commit.sha ?? null);
}
async function compare(client, repository, commits, schema) {
    const range = commits.map(encodeURIComponent).join('...');
    const path = `/repos/${repository}/compare/${range}?per_page=1`;
    const answer = await client.get(path, { allowed: [404] });
    return answer.status === 404 ? null : parse(schema, parseJson(answer.text), path);
}
/**
 * docs: Get a tree (`contents: read`). Every file of a commit; `null` when GitHub does not know it, or does not list
 * all of its files: beyond 100,000 of them, or 7 MB.
 */
async function readFilesAt(client, repository, sha) {
    const path = `/repos/${repository}/git/trees/${encodeURIComponent(sha)}?recursive=1`;
    const answer = await client.get(path, { allowed: [404] });
    if (answer.status === 404)
        return null;
    const listed = parse(tree, parseJson(answer.text), path);
    if (listed.truncated)
        return null;
    return listed.tree
        .filter(({ type }) => type === 'blob')
        .map((entry) => ({
        path: entry.path,
        mode: entry.mode,
        blobId: parse(objectId, entry.sha, path),
    }));
}
/** docs: List pull requests associated with a commit (`pull-requests: read`). */
async function readPullRequestsOf(client, repository, sha) {
    const path = `/repos/${repository}/commits/${encodeURIComponent(sha)}/pulls`;
    return parse(schemas/* array */.YOg(pullSchema), await client.list(path), path).map(({ number, state, merged_at, merge_commit_sha, head, base }) => ({
        number,
        isOpen: state === 'open',
        isMerged: merged_at != null,
        headSha: head.sha,
        baseSha: base.sha,
        baseRef: base.ref,
        mergeCommitSha: merge_commit_sha ?? null,
        isFork: head.repo?.full_name.toLowerCase() !== repository.toLowerCase(),
    }));
}
/** A file of a commit or a branch, or `null` when it is not in it. */
async function readFileAt(client, repository, path, ref) {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const url = `/repos/${repository}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
    const accept = 'application/vnd.github.raw+json';
    const answer = await client.get(url, { accept, allowed: [404] });
    if (answer.status !== 404)
        return answer.text;
    // Not there, or not to be seen with this token? Only a commit that is seen says that it is not there.
    await client.get(`/repos/${repository}/commits/${encodeURIComponent(ref)}`);
    return null;
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
;// CONCATENATED MODULE: ./lib/github/signed-commit.js



/**
 * Commits that GitHub makes and signs. docs, About commit signature verification and createCommitOnBranch: commits of
 * that mutation are always signed; those of the REST API are for bots and Apps that name no author of their own.
 */
async function commitSigned(client, repository, commit, signal) {
    try {
        return commit.parent == null
            ? await beginBranch(client, repository, commit, signal)
            : await commitOnBranch(client, repository, { ...commit, parent: commit.parent }, signal);
    }
    catch (error) {
        if (error instanceof lib/* StoppedError */.Ko)
            throw error;
        return { kind: 'unclear', message: (0,lib/* messageOf */.bD)(error) };
    }
}
const MUTATION = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;
/** The mutation compares and swaps: it refuses a branch that is not at `expectedHeadOid` (STALE_DATA). */
async function commitOnBranch(client, repositoryNameWithOwner, { branch: branchName, parent, message, changes }, signal) {
    const [headline = '', ...body] = message.split('\n');
    const all = [...changes];
    const input = {
        branch: { repositoryNameWithOwner, branchName },
        expectedHeadOid: parent,
        message: { headline, body: body.join('\n').trim() },
        fileChanges: {
            additions: all.flatMap(([path, text]) => text == null ? [] : [{ path, contents: Buffer.from(text, 'utf8').toString('base64') }]),
            deletions: all.flatMap(([path, text]) => (text == null ? [{ path }] : [])),
        },
    };
    const { graphqlUrl } = client.connection;
    const answer = await client.post(graphqlUrl, { query: MUTATION, variables: { input } }, signal);
    if (answer.status !== 200)
        return readRefusal(answer);
    const parsed = parseJson(answer.text);
    const oid = memberOf(parsed, 'data', 'createCommitOnBranch', 'commit', 'oid');
    if (isCommitId(oid))
        return { kind: 'committed', commit: oid };
    const errors = memberOf(parsed, 'errors');
    const [first] = Array.isArray(errors) ? errors : [];
    const type = memberOf(first, 'type');
    if (type === 'STALE_DATA')
        return { kind: 'lost' };
    const said = memberOf(first, 'message');
    const reason = typeof said === 'string' ? (0,shell/* cutForeign */.bZ)(said) : 'an answer without a commit';
    const isDecided = (typeof type === 'string' && REFUSAL_TYPES.has(type)) ||
        memberOf(first, 'extensions', 'code') != null ||
        RULES.test(reason);
    return { kind: isDecided ? 'refused' : 'unclear', message: reason };
}
/** Types of errors as GitHub gives them; which there are is documented nowhere: an assumption. Others are looked at again. */
const REFUSAL_TYPES = new Set(['FORBIDDEN', 'NOT_FOUND', 'INSUFFICIENT_SCOPES', 'UNPROCESSABLE']);
const RULES = /rule violations|protected branch|must have verified|not accessible/i;
/** The mutation needs a branch that is there. A commit without parents has to be made in three steps. */
async function beginBranch(client, repository, { branch, message, changes }, signal) {
    const create = (what, body) => client.post(`${client.connection.apiUrl}/repos/${repository}/git/${what}`, body, signal);
    const tree = await create('trees', {
        tree: [...changes].flatMap(([path, content]) => content == null ? [] : [{ path, mode: '100644', type: 'blob', content }]),
    });
    if (tree.status !== 201)
        return readRefusal(tree);
    const made = await create('commits', { message, tree: shaOf(tree), parents: [] });
    if (made.status !== 201)
        return readRefusal(made);
    const sha = shaOf(made);
    if (!isCommitId(sha))
        return { kind: 'unclear', message: 'an answer without a commit' };
    const isVerified = memberOf(parseJson(made.text), 'verification', 'verified');
    if (isVerified === false)
        return {
            kind: 'refused',
            message: 'it signs the first commit of a branch for GITHUB_TOKEN and GitHub Apps only, so let one run with that token write first',
        };
    const begun = await create('refs', { ref: `refs/heads/${branch}`, sha });
    if (begun.status === 201)
        return { kind: 'committed', commit: sha };
    if (begun.status === 422 && /already exists/i.test(begun.text))
        return { kind: 'lost' };
    return readRefusal(begun);
}
function shaOf(answer) {
    return memberOf(parseJson(answer.text), 'sha');
}
function isCommitId(value) {
    return typeof value === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}
/** Refusals for good; rate limits and 5xx say nothing about what was done. */
function readRefusal({ status, headers, text }) {
    const said = memberOf(parseJson(text), 'message');
    const message = `HTTP ${status}${typeof said === 'string' ? `: ${(0,shell/* cutForeign */.bZ)(said)}` : ''}`;
    const isLimited = headers['retry-after'] != null || headers['x-ratelimit-remaining'] === '0';
    const isRefused = [400, 401, 403, 404, 409, 422].includes(status) && !isLimited;
    return { kind: isRefused ? 'refused' : 'unclear', message };
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ../../node_modules/yauzl/index.js
var yauzl = __webpack_require__(40171);
;// CONCATENATED MODULE: ./lib/github/unzip.js







/** An archive that is not a plain set of files is refused whole: it was not made by this action. */
class ArchiveError extends lib/* MotionTransferError */.cc {
    name = 'ArchiveError';
}
/** POSIX file type in the upper half of a zip entry's external attributes (APPNOTE 4.4.15). */
const FILE_TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const ENCRYPTED = 0x1;
/**
 * Unpacks an archive of others as data, below an empty directory of ours. Names are checked (yauzl
 * refuses absolute ones, `..` and backslashes), sizes are counted while they come and not believed
 * before, links and devices are refused, and a name that is there already is not written over.
 *
 * @throws MotionTransferError; what was unpacked until then stays in the directory.
 */
async function unzipInto(archive, directory, limits) {
    let zip = null;
    try {
        zip = await (0,yauzl/* openPromise */.sO)(archive, {
            lazyEntries: true,
            autoClose: false,
            strictFileNames: true,
            validateEntrySizes: true,
        });
        if (zip.entryCount > limits.maxEntries)
            throw new ArchiveError(`it has ${zip.entryCount} entries, more than ${limits.maxEntries}`);
        let bytes = 0;
        let entries = 0;
        for await (const entry of zip.eachEntry()) {
            entries += 1;
            if (entries > limits.maxEntries)
                throw new ArchiveError(`it has more than ${limits.maxEntries} entries`);
            if (isDirectory(entry))
                continue;
            refuseOdd(entry);
            bytes = await writeEntry(zip, entry, (0,external_node_path_.join)(directory, entry.fileName), bytes, limits.maxBytes);
        }
    }
    catch (cause) {
        throw new ArchiveError(`the artifact was not unpacked: ${(0,lib/* messageOf */.bD)(cause)}`, { cause });
    }
    finally {
        zip?.close();
    }
}
function modeOf(entry) {
    return (entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK;
}
function isDirectory(entry) {
    return entry.fileName.endsWith('/') && (modeOf(entry) === 0 || modeOf(entry) === DIRECTORY);
}
function refuseOdd(entry) {
    const { fileName } = entry;
    if (modeOf(entry) !== 0 && modeOf(entry) !== REGULAR)
        throw new ArchiveError(`${JSON.stringify(fileName)} is not a regular file`);
    if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0)
        throw new ArchiveError(`${JSON.stringify(fileName)} is encrypted`);
    const names = fileName.split('/');
    if (fileName.includes('\0') || names.some((name) => name === '' || name === '.' || name === '..'))
        throw new ArchiveError(`${JSON.stringify(fileName)} is no plain path`);
}
async function writeEntry(zip, entry, target, bytesBefore, maxBytes) {
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(target), { recursive: true });
    let bytes = bytesBefore;
    const counter = new external_node_stream_.Transform({
        transform(chunk, _encoding, done) {
            bytes += chunk.length;
            if (bytes > maxBytes)
                done(new ArchiveError(`it unpacks to more than ${maxBytes} bytes`));
            else
                done(null, chunk);
        },
    });
    // wx: a name twice in the archive ends it, and no link is followed.
    await (0,external_node_stream_promises_.pipeline)(await zip.openReadStreamPromise(entry), counter, (0,external_node_fs_.createWriteStream)(target, { flags: 'wx' }));
    return bytes;
}

;// CONCATENATED MODULE: ./lib/github/port.js







/** Far above any bundle of videos, far below a runner's disk. */
const MAX_ARCHIVE_BYTES = 4 * 1024 ** 3;
const MAX_ENTRIES = 20_000;
const port_RETRY = { limit: { tries: 3 }, baseMs: 2_000, maxMs: 20_000 };
/** What the core asks GitHub: whether another run still lives, and for the videos an earlier one made. */
function createGitHubPort(ports, client, repository) {
    return {
        readClock: () => client.readClock(),
        async attemptState(runId, attempt) {
            const path = `/repos/${repository}/actions/runs/${encodeURIComponent(runId)}/attempts/${attempt}`;
            const answer = await client.get(path, { allowed: [404] }).catch((error) => {
                throw unanswered(error, `whether attempt ${attempt} of run ${runId} is over`);
            });
            if (answer.status === 404)
                return 'unknown';
            const status = memberOf(parseJson(answer.text), 'status');
            if (typeof status !== 'string')
                throw new lib/* NoAnswerError */.i5(`GitHub did not say whether run ${runId} is over`);
            return status === 'completed' ? 'over' : 'running';
        },
        commitSigned: (commit, signal) => commitSigned(client, repository, commit, signal),
        async fetchArtifact(artifact, directory, signal) {
            const archive = `${directory}.zip`;
            try {
                const policy = { ...port_RETRY, signal, afterError: shell/* afterLostRequest */.GS };
                const found = await (0,shell/* withRetry */.bD)(ports, policy, () => download(ports, client, repository, artifact.id, archive, signal));
                if (found === 'gone')
                    return 'gone';
                if ((await (0,promises_.readdir)(directory)).length > 0)
                    throw new lib/* MotionTransferError */.cc(`${directory} is not empty, so nothing is unpacked there`);
                await unzipInto(archive, directory, {
                    maxEntries: MAX_ENTRIES,
                    maxBytes: MAX_ARCHIVE_BYTES,
                });
                return 'fetched';
            }
            catch (error) {
                if (error instanceof lib/* StoppedError */.Ko)
                    throw error;
                throw unanswered(error, `for artifact ${artifact.id} of run ${artifact.runId}`);
            }
            finally {
                await (0,promises_.rm)(archive, { force: true });
            }
        },
    };
}
function unanswered(error, what) {
    const hint = error instanceof errors/* GitHubRefusalError */.c && [401, 403].includes(error.status)
        ? '; give the job `permissions: actions: read`'
        : '';
    return new lib/* NoAnswerError */.i5(`asked GitHub ${what}: ${(0,lib/* messageOf */.bD)(error)}${hint}`, { cause: error });
}
/** Expired (410), deleted (404), or not there for this token: nothing to fetch either way. */
async function download(ports, { connection }, repository, id, archive, signal) {
    const { apiUrl, token, allowLoopback } = connection;
    const response = await (0,shell/* followRedirects */.FE)(ports.http, {
        url: `${apiUrl}/repos/${repository}/actions/artifacts/${id}/zip`,
        headers: { 'user-agent': 'motion-transfer', 'accept-encoding': 'identity' },
        // The storage host gets none of it: the address itself carries a signature.
        credentials: {
            accept: 'application/vnd.github+json',
            authorization: `Bearer ${token}`,
            'x-github-api-version': '2022-11-28',
        },
        headersTimeoutMs: 30_000,
        bodyTimeoutMs: 30_000,
        allowLoopback,
        signal,
    });
    if (response.status === 200) {
        await (0,shell/* saveBody */.mq)(ports, response, archive, {
            what: `artifact ${id}`,
            maxBytes: MAX_ARCHIVE_BYTES,
        });
        return 'fetched';
    }
    response.body.destroy();
    if (response.status === 404 || response.status === 410)
        return 'gone';
    throw refusalOf(response, id);
}
function refusalOf(response, id) {
    const { status } = response;
    const message = `HTTP ${status} for artifact ${id}`;
    const again = (0,shell/* passingAnswer */.aD)(response);
    return again == null
        ? new errors/* GitHubRefusalError */.c(status, message)
        : new lib/* NoAnswerError */.i5(message, { retryAfterMs: again.retryAfterMs ?? null });
}

;// CONCATENATED MODULE: ./lib/github/pull-requests-api.js



const schema = schemas/* object */.Ikc({
    number: schemas/* number */.aig().int().positive(),
    html_url: schemas/* string */.YjP(),
    state: schemas/* string */.YjP(),
    head: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }),
    base: schemas/* object */.Ikc({ ref: schemas/* string */.YjP() }),
});
/** docs: REST API endpoints for pull requests (`pull-requests: write`, to list them `read`). */
function createPullRequestsApi(client, repository) {
    const path = `/repos/${repository}/pulls`;
    const [owner = ''] = repository.split('/');
    return {
        async ofBranch(branch) {
            const query = `state=all&head=${encodeURIComponent(`${owner}:${branch}`)}`;
            const listed = await client.list(`${path}?${query}`);
            return parse(schemas/* array */.YOg(schema), listed, path).map(asPullRequest);
        },
        async open(branch, base, text) {
            const answer = await client.write('POST', path, { ...text, head: branch, base });
            return asPullRequest(parse(schema, parseJson(answer.text), path));
        },
        async update(number, text) {
            await client.write('PATCH', `${path}/${number}`, text);
        },
    };
}
function asPullRequest(pull) {
    return {
        number: pull.number,
        url: pull.html_url,
        isOpen: pull.state === 'open',
        headSha: pull.head.sha,
        baseBranch: pull.base.ref,
    };
}

;// CONCATENATED MODULE: ./lib/github/rest.js
/** Everything that talks to GitHub's API, loaded together when it is first needed. */







/***/ })

};
