import { Wallet } from 'ethers';

/** What the API answered: `body` is the JSON, an empty object for other bodies. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the API gives
  readonly body: Record<string, any>;
}

/** A file to send. */
export interface ApiFile {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** Calls the API as tests want it: no retries, problems are answers. */
export class ApiClient {
  readonly url: string;
  readonly key: string | null;

  constructor(url: string, key: string | null) {
    this.url = url;
    this.key = key;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.#call('GET', path, undefined, headers);
  }

  /** GET of something that is no JSON: a picture, a part of a file, events. */
  async download(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Pick<ApiAnswer, 'status' | 'headers'> & { readonly bytes: Buffer }> {
    const response = await this.#fetch('GET', path, undefined, headers);
    const { status, headers: told } = response;
    return { status, headers: told, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  delete(path: string): Promise<ApiAnswer> {
    return this.#call('DELETE', path, undefined, {});
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.#call('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  /** Multipart: text fields, then the file. */
  send(
    path: string,
    fields: Readonly<Record<string, string>>,
    file: ApiFile | null,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    if (file) form.set('file', new Blob([Buffer.from(file.bytes)]), file.name);
    return this.#call('POST', path, form, headers);
  }

  /** Registers a picture and waits for the decision. */
  register(file: ApiFile, owner: string, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.send('/v1/works', { owner, title: file.name }, file, { prefer: 'wait=60', ...headers });
  }

  /** Signs a decided work with its owner's key and hands the signature in. */
  async sign(workId: string, owner: SigningKey): Promise<ApiAnswer> {
    const { body: request } = await this.get(`/v1/works/${workId}/signing-request`);
    return await this.post(`/v1/works/${workId}/signature`, {
      signature: await signRequest(request, owner),
      standing: request['standing'] && (await signRequest(request['standing'], owner)),
      deadline: request['deadline'],
      nonce: request['nonce'],
    });
  }

  /** Asks until `done` says so. Throws after `timeoutMs`. */
  async until(
    path: string,
    done: (body: ApiAnswer['body']) => boolean,
    timeoutMs = 180_000,
  ): Promise<ApiAnswer['body']> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const { body } = await this.get(path);
      if (done(body)) return body;
      if (Date.now() > end)
        throw new Error(`${path} did not come so far: ${JSON.stringify(body).slice(0, 600)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #call(
    method: string,
    path: string,
    body: string | FormData | undefined,
    headers: Record<string, string>,
  ): Promise<ApiAnswer> {
    const response = await this.#fetch(method, path, body, headers);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} };
  }

  #fetch(
    method: string,
    path: string,
    body: string | FormData | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { ...(this.key ? { authorization: `Bearer ${this.key}` } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }
}

/** A key that signs typed data. */
export type SigningKey = Pick<Wallet, 'signTypedData'>;

/** An owner with a key of its own; `address` in lower case. */
export function makeOwner(): SigningKey & { readonly address: string } {
  const wallet = Wallet.createRandom();
  return {
    address: wallet.address.toLowerCase(),
    signTypedData: (domain, types, message) => wallet.signTypedData(domain, types, message),
  };
}

/** Signs a signing request as a wallet does. */
export function signRequest(request: ApiAnswer['body'], owner: SigningKey): Promise<string> {
  return owner.signTypedData(request['domain'], request['types'], request['message']);
}
