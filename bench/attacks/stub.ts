import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes whatever is sent, and does nothing with it: what is left is the load itself. */
const server = createServer((req, res) => {
  req.resume().once('end', () => res.writeHead(200).end());
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
});
process.on('disconnect', () => process.exit(0));
