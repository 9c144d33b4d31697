// Runs one server as its child and ends it as soon as whoever started this process is gone.
//
// A parent that is killed with SIGKILL cannot clean up. What it cannot prevent either is that the kernel closes
// its end of our standard input: that is the sign to stop the server, so nothing is ever left running.
//
// Plain JavaScript, because it must start in milliseconds, without a TypeScript loader.
// Argument: JSON {command, args, cwd?, env, uid?, gid?, stopSignal, graceMs, startedBy}. `startedBy`, the process id of
// whoever started this one, is for those who look at the processes that run (left-behind.ts).
// File descriptor 3: one JSON line {pid} or {error, code}, then one {exit: {code, signal}}.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import process from 'node:process';

const { command, args, cwd, env, uid, gid, stopSignal, graceMs } = JSON.parse(process.argv[2]);

const report = createWriteStream('', { fd: 3 });
// Nobody is left to read the reports once the parent is gone; that must not end this process before its server.
for (const stream of [report, process.stdout, process.stderr]) stream.on('error', () => undefined);
const tell = (message) => report.write(`${JSON.stringify(message)}\n`);

const server = spawn(command, args, { cwd, env, uid, gid, stdio: ['ignore', 'inherit', 'inherit'] });
server.once('spawn', () => tell({ pid: server.pid }));
server.once('error', (error) => {
  tell({ error: error.message, code: error.code });
  report.end(() => process.exit(1));
});
server.once('exit', (code, signal) => {
  tell({ exit: { code, signal } });
  report.end(() => process.exit(0));
});

let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  server.kill(stopSignal);
  setTimeout(() => server.kill('SIGKILL'), graceMs);
};
process.stdin.on('end', stop).on('error', stop).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
