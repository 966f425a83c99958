/**
 * `import` of Node's own module reads everything that it exports, and WebSocket among that loads the whole undici which
 * Node has inside. What is required is read when it is used.
 */
module.exports = process.getBuiltinModule('node:http');
