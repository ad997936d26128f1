import { request } from 'node:http';
import type { ApiAnswer, ApiClient } from '../../helpers/api-client.ts';

const CHUNK = Buffer.alloc(1_000_000, 'a sentence of a very long text. ');

/** Uploads a text of so many megabytes that exists nowhere as a whole, over a connection of its own. */
export async function sendLongText(
  { url, key }: ApiClient,
  path: string,
  fields: Readonly<Record<string, string>>,
  megabytes: number,
): Promise<Pick<ApiAnswer, 'status' | 'body'>> {
  const call = request(url + path, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=cut' },
  });
  const answer = new Promise<Pick<ApiAnswer, 'status' | 'body'>>((done, fail) => {
    call.on('error', fail);
    call.on('response', async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      done({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
  });
  for (const [name, value] of Object.entries(fields)) {
    call.write(`--cut\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  }
  call.write(
    '--cut\r\nContent-Disposition: form-data; name="file"; filename="long.txt"\r\n' +
      'Content-Type: text/plain\r\n\r\n',
  );
  for (let i = 0; i < megabytes; i++) {
    if (!call.write(CHUNK)) await new Promise((resolve) => call.once('drain', resolve));
  }
  call.end('\r\n--cut--\r\n');
  return await answer;
}
