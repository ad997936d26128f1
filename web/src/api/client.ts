import { asProblem, offlineProblem, Problem, problemFromBody } from './problem.ts';
import { apiKey } from './session.ts';

/** Base of the API: beside the page, wherever that is served. */
export const API = new URL('v1/', document.baseURI.replace(/#.*$/, '')).toString();

/** Absolute address of an API path such as `works/work_1`. */
export function apiUrl(path: string): string {
  return new URL(path.replace(/^\/?(v1\/)?/, ''), API).toString();
}

/** Headers that name the caller. */
export function authHeaders(): Record<string, string> {
  const key = apiKey.get();
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

/** Sends a request and gives the response; every failure is a `Problem`. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path), { ...init, headers: { ...authHeaders(), ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw offlineProblem(error instanceof Error ? error.message : undefined);
  }
  if (!response.ok) {
    throw problemFromBody(response.status, await response.text(), response.headers.get('location'));
  }
  return response;
}

/** Reads JSON. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, {
    ...(signal ? { signal } : {}),
    headers: { Accept: 'application/json' },
  });
  return (await response.json()) as T;
}

/** Posts JSON. A fresh idempotency key makes a repeated click harmless. */
export async function postJson<T>(
  path: string,
  body: unknown,
  idempotencyKey: string = crypto.randomUUID(),
): Promise<T> {
  const response = await request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

/**
 * Uploads a form and reports the share that has left. XMLHttpRequest, because fetch does not tell upload progress.
 */
export function upload<T>(
  path: string,
  form: FormData,
  options: { onProgress?: (share: number) => void; signal?: AbortSignal } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', apiUrl(path));
    for (const [name, value] of Object.entries(authHeaders())) call.setRequestHeader(name, value);
    call.setRequestHeader('Idempotency-Key', crypto.randomUUID());
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.(event.loaded / event.total);
    };
    call.onload = () => {
      try {
        if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText) as T);
        else reject(problemFromBody(call.status, call.responseText, call.getResponseHeader('location')));
      } catch (error) {
        reject(asProblem(error));
      }
    };
    call.onerror = () => reject(offlineProblem('The connection broke during the upload.'));
    call.onabort = () =>
      reject(new Problem({ code: 'cancelled', title: 'Upload cancelled', detail: 'You stopped it.' }));
    options.signal?.addEventListener('abort', () => call.abort(), { once: true });
    call.send(form);
  });
}
