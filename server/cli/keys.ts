import { type ApiKey, ROLES } from '../domain/key.ts';
import { InputError } from '../errors.ts';
import type { ApiClient } from './api-client.ts';
import { printable, table } from './output.ts';

/** `colophon keys`: the keys that there are; admins only. */
export async function listKeys(client: ApiClient, json: boolean): Promise<void> {
  const { items } = await client.get<{ items: ApiKey[] }>('/v1/keys');
  if (json) console.log(JSON.stringify({ items }));
  else {
    const rows = items.map(({ id, name, role, createdAt, revokedAt }) => [
      id,
      role,
      printable(name),
      createdAt,
      revokedAt === null ? '' : `revoked ${revokedAt}`,
    ]);
    console.log(table([['KEY', 'ROLE', 'NAME', 'CREATED', ''], ...rows]));
  }
}

/** `colophon keys add`: makes a key and prints its secret, which nothing can print again. */
export async function addKey(client: ApiClient, name: string, role: string, json: boolean): Promise<void> {
  if (!(ROLES as readonly string[]).includes(role))
    throw new InputError('invalid_request', `a role is one of ${ROLES.join(', ')}, not ${printable(role)}`);
  const made = await client.post<{ key: ApiKey; secret: string }>('/v1/keys', { name, role });
  if (json) console.log(JSON.stringify(made));
  else console.log(`${made.key.id}  ${made.key.role}  shown this once:\n${made.secret}`);
}

/** `colophon keys revoke`: from the next request on the key is nobody's. */
export async function revokeKey(client: ApiClient, id: string, json: boolean): Promise<void> {
  const { key } = await client.delete<{ key: ApiKey }>(`/v1/keys/${encodeURIComponent(id)}`);
  console.log(json ? JSON.stringify({ key }) : `${key.id}  ${key.role}  ${printable(key.name)}  revoked`);
}
